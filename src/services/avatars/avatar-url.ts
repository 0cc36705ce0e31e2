/** Where the avatar of a key is: outside the API, the same picture for ever. */
export const avatarUrlOf = (key: string | null): string | null =>
  key === null ? null : `/avatars/${key}.webp`;
