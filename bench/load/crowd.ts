import type { ClientPlan } from '../job';
import { ChatClient } from './client';

/** How each kind of conversation is joined. */
const JOINS = {
  chats: ['join_chat', 'chatId'],
  groups: ['join_group', 'groupId'],
  channels: ['join_channel', 'channelId'],
} as const;

/** Connections under way at a time. */
const CONCURRENCY = 50;

export interface Crowd {
  readonly clients: readonly ChatClient[];
  readonly connectionsPerSecond: number;
  /** why connections ended that nobody closed */
  readonly losses: readonly string[];
  close(): void;
}

/** Does `work` for each of `count`, so many at a time. @throws what `work` throws first */
export async function someAtATime(
  count: number,
  atATime: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const doSome = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atATime }, doSome));
}

/** Connects all clients, some at a time, and lets each join what `joining` names. @throws when one is refused */
export async function assemble(
  url: string,
  plans: readonly ClientPlan[],
  joining: keyof typeof JOINS | 'nothing',
): Promise<Crowd> {
  const clients: ChatClient[] = [];
  const losses: string[] = [];
  const connect = async (index: number): Promise<void> => {
    const plan = plans[index]!;
    const client = await ChatClient.connect(url, plan.auth);
    client.onLost = (reason) => losses.push(reason);
    clients[index] = client;
    if (joining === 'nothing') return;
    const [event, key] = JOINS[joining];
    for (const id of plan.conversationIds) await client.request(event, { [key]: id });
  };
  const startedAt = performance.now();
  await someAtATime(plans.length, CONCURRENCY, connect);
  return {
    clients,
    connectionsPerSecond: plans.length / ((performance.now() - startedAt) / 1000),
    losses,
    close: () => clients.forEach((client) => client.close()),
  };
}
