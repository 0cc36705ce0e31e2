import type { SqlSession } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import { errors, type AppError } from '../../helpers/errors';
import { isDeserted, may } from '../conversations/conversations.policy';
import { pairOf } from '../conversations/pair';
import type { StoredFile } from '../files/file';
import { refusalToAttach } from './attachments.policy';
import { lockFiles } from './attachments.queries';
import { namedKey, namedMembers, type NamedMembers } from './mentions.queries';
import type { SendCommand } from './message';
import { refusalToPost, type PostingFacts } from './messages.policy';
import { answerKey, findAnswered } from './replies.queries';
import type { Answered } from './standing.queries';
import {
  findBlockedChats,
  findLiveSessions,
  findSenders,
  type LockedConversation,
  type SenderMembership,
} from './writer.queries';

/** What decides who may post, read after the lock, and so never stale. */
export interface BatchState {
  readonly conversations: ReadonlyMap<string, LockedConversation>;
  /** of groups and channels; a private chat's people stand in its pair key */
  readonly memberships: ReadonlyMap<string, SenderMembership>;
  readonly liveSessions: ReadonlySet<string>;
  /** private chats in which one has blocked the other */
  readonly blockedChats: ReadonlySet<string>;
  /** whom the texts name, of those who are there */
  readonly named: NamedMembers;
  /** what the messages answer, as far as their senders see it */
  readonly answered: ReadonlyMap<string, Answered>;
  /** what the messages have attached, by id, as far as it is there */
  readonly files: ReadonlyMap<string, StoredFile>;
}

type Facts = Omit<BatchState, 'conversations' | 'files'>;

/** What can be asked for without knowing the conversations: sent right behind their lock, and so done after it, without waiting for the answer. */
export async function readFacts(
  sql: SqlSession,
  dialect: Dialect,
  batch: readonly SendCommand[],
  now: Date,
): Promise<Facts> {
  const toMany = batch.filter(({ kind }) => kind !== 'chat');
  const chatIds = batch.flatMap(({ kind, conversationId }) => (kind === 'chat' ? [conversationId] : []));
  const [senders, liveSessions, blockedChats, named, answered] = await Promise.all([
    findSenders(sql, dialect, toMany),
    findLiveSessions(sql, batch, now),
    findBlockedChats(sql, dialect, [...new Set(chatIds)]),
    namedMembers(
      sql,
      dialect,
      batch.map(({ conversationId, names }) => ({ conversationId, usernameKeys: names.usernameKeys })),
    ),
    findAnswered(sql, batch),
  ]);
  const memberships = new Map(senders.map((sender) => [`${sender.conversationId}/${sender.userId}`, sender]));
  return { memberships, liveSessions, blockedChats, named, answered };
}

export async function readState(
  sql: SqlSession,
  dialect: Dialect,
  batch: readonly SendCommand[],
  conversations: ReadonlyMap<string, LockedConversation>,
  facts: Facts,
): Promise<BatchState> {
  const fileIds = batch.flatMap((command) => command.fileIds);
  // Not with the facts: who waits for a file's lock holds the conversations' already.
  return { conversations, ...facts, files: await lockFiles(sql, dialect, fileIds) };
}

/** Nobody joins or leaves a private chat: who is in it, its pair key says. */
function membershipIn(
  state: BatchState,
  { conversationId, senderId }: SendCommand,
): PostingFacts['membership'] {
  const pairKey = state.conversations.get(conversationId)?.pairKey;
  if (!pairKey) return state.memberships.get(`${conversationId}/${senderId}`) ?? null;
  return pairOf(pairKey).includes(senderId) ? { role: 'member', left: false } : null;
}

export function refusalOf(state: BatchState, command: SendCommand): AppError | null {
  const conversation = state.conversations.get(command.conversationId);
  const refusal = refusalToPost({
    sessionAlive: state.liveSessions.has(command.sessionId),
    kind: conversation?.kind === command.kind ? conversation.kind : null,
    membership: membershipIn(state, command),
    blocked: state.blockedChats.has(command.conversationId),
    deserted: conversation !== undefined && isDeserted(conversation),
  });
  if (refusal) return refusal;
  if (command.replyTo !== null && !state.answered.has(answerKey(command)))
    return errors.validationFailed([{ path: 'replyTo', message: 'must be a message of this conversation' }]);
  return refusalToAttach(command, filesOf(state, command));
}

/** What a message has attached, of what is there, in its order. */
export const filesOf = ({ files }: BatchState, { fileIds }: SendCommand): StoredFile[] =>
  fileIds.flatMap((id) => files.get(id) ?? []);

export const answeredIn = ({ answered }: BatchState, command: SendCommand): Answered | null =>
  command.replyTo === null ? null : (answered.get(answerKey(command)) ?? null);

/** Whom a message names, of those who are there, and whom it answers, but for its sender: each once, by id. */
export function mentionedIn(state: BatchState, command: SendCommand, { kind }: LockedConversation): string[] {
  const { conversationId, senderId, names, replyTo } = command;
  if (names.usernameKeys.length === 0 && replyTo === null) return [];
  const ids = names.usernameKeys.flatMap((key) => state.named.get(namedKey(conversationId, key)) ?? []);
  const answered = answeredIn(state, command);
  // Who wrote a channel's post is told by nothing, unless it is signed.
  if (answered && (kind !== 'channel' || answered.signed)) ids.push(answered.senderId);
  return [...new Set(ids)].filter((id) => id !== senderId).sort();
}

/** Those who may delete what anybody writes may call everybody. */
export function callsEverybody(
  state: BatchState,
  command: SendCommand,
  { kind }: LockedConversation,
): boolean {
  if (!command.names.everybody) return false;
  const role = membershipIn(state, command)?.role;
  return role !== undefined && may(kind, role, 'deleteAny');
}
