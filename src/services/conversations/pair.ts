/** The key of two people's private chat: the smaller id first, so that either order finds it. */
export function pairKeyOf(first: string, second: string): string {
  return [first, second].sort().join(':');
}

/** The two people of a pair key. */
export function pairOf(pairKey: string): [string, string] {
  const [first = '', second = ''] = pairKey.split(':');
  return [first, second];
}
