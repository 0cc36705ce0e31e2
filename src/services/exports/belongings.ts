import type { Database } from '../../database/database';
import { pairOf } from '../conversations/pair';
import { attachedAt } from '../messages/attachments.queries';
import {
  blockedBy,
  filesOf,
  hiddenBy,
  invitesBy,
  membershipsOf,
  messagesBy,
  PAGE,
  reactionsBy,
  reportsBy,
  revisionsAt,
  usernamesOf,
  type OwnFile,
} from './belongings.queries';

/** All pages of something, one after the other. */
async function* paged<Item, After>(
  first: After,
  read: (after: After) => Promise<Item[]>,
  next: (last: Item) => After,
): AsyncGenerator<Item[]> {
  for (let after = first; ;) {
    const page = await read(after);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = next(last);
  }
}

async function* flattened<Item>(pages: AsyncIterable<Item[]>): AsyncGenerator<Item> {
  for await (const page of pages) yield* page;
}

/** What there is of a person that may be much: read as it is asked for, page by page. */
export class Belongings {
  constructor(
    private readonly database: Database,
    private readonly userId: string,
  ) {}

  async *blocks(): AsyncGenerator<unknown> {
    const pages = paged(
      '',
      (after) => blockedBy(this.database.reader, this.userId, after),
      (last) => last.blockedId,
    );
    for await (const { blockedId: userId, blocked, createdAt } of flattened(pages))
      yield { userId, username: blocked.username, createdAt };
  }

  invites(): AsyncGenerator<unknown> {
    const { reader } = this.database;
    return flattened(
      paged(
        '',
        (after) => invitesBy(reader, this.userId, after),
        (last) => last.id,
      ),
    );
  }

  reports(): AsyncGenerator<unknown> {
    const { reader } = this.database;
    return flattened(
      paged(
        '',
        (after) => reportsBy(reader, this.userId, after),
        (last) => last.id,
      ),
    );
  }

  /** With the other one of a private chat: the contacts. */
  async *conversations(): AsyncGenerator<unknown> {
    const { reader } = this.database;
    const pages = paged(
      '',
      (after) => membershipsOf(reader, this.userId, after),
      (last) => last.conversationId,
    );
    const peerOf = (pairKey: string | null): string[] =>
      pairKey ? pairOf(pairKey).filter((id) => id !== this.userId) : [];
    for await (const page of pages) {
      const peers = await usernamesOf(
        reader,
        page.flatMap(({ conversation }) => peerOf(conversation.pairKey)),
      );
      for (const { conversation, createdAt, ...rest } of page) {
        const { kind, pairKey, ownerId, title, handle, visibility, deletedAt } = conversation;
        const [peerId] = peerOf(pairKey);
        // What it is called now is for those who are in it, unless everybody may see it.
        const isSeen = deletedAt === null && (rest.leftAt === null || visibility === 'public');
        yield {
          ...{ kind, title: isSeen ? title : null, handle: isSeen ? handle : null },
          ...rest,
          joinedAt: createdAt,
          isOwner: ownerId === this.userId,
          ...(peerId && { peer: { userId: peerId, username: peers.get(peerId) } }),
        };
      }
    }
  }

  hidden(): AsyncGenerator<unknown> {
    const { reader } = this.database;
    return flattened(
      paged(
        { conversationId: '', seq: 0 },
        (after) => hiddenBy(reader, this.userId, after),
        (last) => last,
      ),
    );
  }

  reactions(): AsyncGenerator<unknown> {
    return flattened(
      paged(
        { conversationId: '', seq: 0, emoji: '' },
        (after) => reactionsBy(this.database, this.userId, after),
        (last) => last,
      ),
    );
  }

  /** With what they said before, and the ids of their files. */
  async *messages(): AsyncGenerator<unknown> {
    const pages = paged(
      { conversationId: '', clientMessageId: '' },
      (after) => messagesBy(this.database, this.userId, after),
      (last) => last,
    );
    for await (const page of pages) {
      const edited = page.filter(({ editedAt }) => editedAt !== null);
      const revisions = groupedByPlace(await revisionsAt(this.database.reader, edited));
      const attached = groupedByPlace(await attachedAt(this.database.reader, page));
      for (const { forwardedFrom, clientMessageId: _, ...message } of page) {
        const place = placeKey(message);
        yield {
          ...message,
          forwardedFrom: forwardedFrom === null ? null : (JSON.parse(forwardedFrom) as unknown),
          fileIds: (attached.get(place) ?? []).map(({ file }) => file.id),
          earlier: (revisions.get(place) ?? []).map(({ content, writtenAt }) => ({ content, writtenAt })),
        };
      }
    }
  }

  files(): AsyncGenerator<OwnFile> {
    return flattened(
      paged(
        { size: -1, id: '' },
        (after) => filesOf(this.database, this.userId, after),
        (last) => last,
      ),
    );
  }
}

interface AtPlace {
  readonly conversationId: string;
  readonly seq: number;
}

const placeKey = ({ conversationId, seq }: AtPlace): string => `${conversationId}/${seq}`;

function groupedByPlace<Item extends AtPlace>(items: readonly Item[]): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(placeKey(item), [...(groups.get(placeKey(item)) ?? []), item]);
  return groups;
}
