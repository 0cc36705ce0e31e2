import { z } from 'zod';
import { AVATAR_DESCRIPTION, AvatarFile } from './account';
import { Conversation } from './conversations';
import { idParams, KINDS, type IdKey } from './kinds';
import { operation } from './operation';

/** Seconds between two messages of one member; 0 turns slow mode off. */
export const SlowModeSeconds = z.int().min(0).max(3600);

/** How long messages are kept, ten years at most. */
export const RetentionDays = z.int().min(1).max(3650).nullable().meta({
  description: 'older messages are removed for everybody, within the hour; null: as the server is set',
});

/** What is the same for groups and channels, which have an owner, a title and a picture. */
export function ownedOperations<Kind extends 'group' | 'channel'>(kind: Kind) {
  const { name, tag, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const params = idParams(idKey);
  return {
    remove: operation({
      id: `delete${name}`,
      tag,
      method: 'delete',
      path,
      summary: `Delete the ${kind}, for everybody`,
      params,
      answers: { 204: { description: 'gone' } },
      errors: ['not_found', 'forbidden'],
    }),
    changeAvatar: operation({
      id: `change${name}Avatar`,
      tag,
      method: 'put',
      path: `${path}/avatar`,
      summary: 'Show a picture',
      description: AVATAR_DESCRIPTION,
      params,
      file: AvatarFile,
      answers: { 200: { description: `the ${kind} as it is now`, schema: Conversation } },
      errors: ['not_found', 'forbidden'],
    }),
    removeAvatar: operation({
      id: `remove${name}Avatar`,
      tag,
      method: 'delete',
      path: `${path}/avatar`,
      summary: 'Show no picture',
      params,
      answers: { 204: { description: 'there is none any more' } },
      errors: ['not_found', 'forbidden'],
    }),
  };
}
