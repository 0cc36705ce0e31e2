import { newId } from '../../../../src/helpers/ids';
import { pairKeyOf } from '../../../../src/services/conversations/pair';
import type { NewRow } from '../../../support/rows';
import {
  CONVERSATIONS,
  MESSAGES_EACH,
  SOME,
  ADAS_SHARE,
  versionAfter,
  now,
  daysFromNow,
  hexOf,
  times,
  pick,
} from './amounts';

export interface Place {
  readonly id: string;
  readonly memberIds: readonly string[];
  readonly messages: number;
}

export interface StoredPlace extends Place {
  readonly row: NewRow;
}

/** Chats, groups and channels in turn; some channels have been deleted. */
export function conversations(ids: readonly string[], adaId: string): StoredPlace[] {
  return times(CONVERSATIONS, (index) => {
    const kind = pick(['chat', 'group', 'channel'], index);
    const others = times(kind === 'chat' ? 1 : 5, (member) => pick(ids, index * 7 + member + 1));
    const [first = ''] = others;
    const memberIds = [
      index % ADAS_SHARE === 0 || index % ADAS_SHARE === 1 ? adaId : pick(ids, index * 7),
      ...others,
    ];
    const isChannel = kind === 'channel';
    const deletedAt = isChannel && index % 100 === 2 ? daysFromNow(-1) : null;
    const at = new Date(now - index * 60_000);
    const title = kind === 'chat' ? null : `talk ${index}`;
    const id = newId();
    const row = {
      ...{ id, kind, pairKey: kind === 'chat' ? pairKeyOf(memberIds[0] ?? '', first) : null },
      ...{ title, titleKey: title, avatarKey: kind === 'chat' ? null : hexOf(index, 32) },
      ...{ ownerId: kind === 'chat' ? null : first, handle: isChannel ? `talk_${index}` : null },
      ...{
        handleKey: isChannel && !deletedAt ? `talk_${index}` : null,
        visibility: isChannel ? 'public' : null,
      },
      ...{ memberCount: memberIds.length, lastSeq: MESSAGES_EACH, version: versionAfter(MESSAGES_EACH) },
      ...{ lastActivityAt: at, createdAt: at, deletedAt, retentionDays: index % 60 === 1 ? 30 : null },
    };
    return { id, memberIds, messages: MESSAGES_EACH, row };
  });
}

export const membershipsIn = ({ id, memberIds }: Pick<Place, 'id' | 'memberIds'>, kind: string): NewRow[] =>
  memberIds.map((userId, index) => ({
    ...{ conversationId: id, userId, role: kind === 'channel' ? 'follower' : 'member', version: index + 1 },
    ...{ joinedVersion: 0, myVersion: 0, archived: Number(index % 9 === 8), createdAt: daysFromNow(-20) },
    ...{
      leftAt: index % 50 === 49 ? daysFromNow(-2) : null,
      bannedAt: index % 100 === 99 ? daysFromNow(-2) : null,
    },
  }));

export const invites = (ids: readonly string[], places: readonly StoredPlace[]): NewRow[] =>
  times(SOME, (index) => ({
    ...{ id: newId(), conversationId: pick(places, index).id, tokenHash: hexOf(index, 64), uses: 0 },
    ...{ createdById: pick(ids, index), createdAt: daysFromNow(-1), expiresAt: daysFromNow(1) },
  }));
