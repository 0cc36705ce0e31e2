import type { Changes, Channel, Conversation } from '../../../src/contracts/conversations';
import type { ConversationMember } from '../../../src/contracts/members';
import type { ConversationKind, HistoryPage, Message } from '../../../src/contracts/messages';
import type { Api } from './api';

interface Page<Item> {
  readonly status: number;
  readonly body: { readonly items: Item[]; readonly nextCursor: string | null };
}

/** Every page of a list. */
async function pages<Item>(api: Api, path: string): Promise<Item[] | undefined> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Item> = await api.call('GET', `${path}?limit=100${cursor && `&cursor=${cursor}`}`);
    if (page.status >= 400) return undefined;
    items.push(...page.body.items);
    cursor = page.body.nextCursor;
  }
  return items;
}

interface Fetched {
  readonly conversation: Conversation;
  readonly messages: Message[];
  readonly members: ConversationMember[];
  /** what the person has hidden, ever */
  readonly hidden: readonly number[];
}

/**
 * A conversation as a client that knows nothing fetches it: counters first, then every page of history and of members.
 * @returns `undefined` when the person is not in it, or no longer before all of it was read
 */
export async function fetchAnew(api: Api, kind: ConversationKind, id: string): Promise<Fetched | undefined> {
  const { status, body } = await api.call<Channel>('GET', `/${kind}s/${id}`);
  if (status >= 400 || body.my === null) return undefined;
  const conversation: Conversation = { ...body, my: body.my };
  const messages: Message[] = [];
  for (let before: string | null = ''; before !== null;) {
    const page: { status: number; body: HistoryPage } = await api.call<HistoryPage>(
      'GET',
      `/${kind}s/${id}/messages?limit=100${before && `&before=${before}`}`,
    );
    if (page.status >= 400) return undefined;
    // Views are counted without a version.
    messages.unshift(...page.body.items.map(({ viewCount: _, ...message }) => message));
    before = page.body.nextCursor;
  }
  const since = `since=${conversation.version}&mySince=0&limit=1`;
  const { status: changed, body: changes } = await api.call<Changes>(
    'GET',
    `/${kind}s/${id}/changes?${since}`,
  );
  if (changed >= 400) return undefined;
  const shown = kind !== 'chat' && conversation.my.capabilities.includes('seeMembers');
  const list = kind === 'group' ? 'members' : 'followers';
  const members = shown ? await pages<ConversationMember>(api, `/${kind}s/${id}/${list}`) : [];
  // Followers come and go without a version: only who runs a channel is compared.
  const ruling = members?.filter(({ role }) => role !== 'follower');
  return ruling && { conversation, messages, members: ruling, hidden: changes.hidden };
}
