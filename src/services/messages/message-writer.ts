import type { Database } from '../../database/database';
import type { DomainEventBus } from '../domain-events';
import type { Act, Done } from './act';
import { actBatch } from './act-batch';
import { GroupCommit, type Outcome } from './group-commit';
import type { SendCommand, Sent, StoredMessage } from './message';
import { messageView } from './message-views';
import { messagesAt, toReadMessage } from './messages.queries';
import { sendBatch } from './send-batch';

/** A batch: at most 200 messages and 1 MiB. Larger ones gained nothing in measurements of the commit's CPU per message. */
const MAX_BATCH = 200;
const MAX_BATCH_BYTES = 1024 * 1024;
/** An act is several statements: fifty of them hold the queue up for no longer than a few batches of messages. */
const ACT_BYTES = MAX_BATCH_BYTES / 50;
/** Messages that wait in a lane; past it a sender is told to come back. */
const MAX_QUEUE = 10_000;
/** After that a sender is told that the outcome is unknown. */
const DEADLINE_MS = 5_000;
/** A repetition of a younger message is published again: a crash between commit and publish must not leave it unheard. */
const REPUBLISH_WITHIN_MS = 5 * 60_000;

type Command = SendCommand | Act<unknown>;
type Result = Sent | Done<unknown>;

const isAct = (command: Command): command is Act<unknown> => 'apply' in command;

/** The one way a conversation gets its next `seq` and `version`, for whatever in it others can see. */
export class MessageWriter {
  /** A conversation always has the same one, so its order holds; while one waits for the database, another one's answers go out. */
  private readonly lanes: readonly GroupCommit<Command, Result>[];

  constructor(
    private readonly database: Database,
    private readonly bus: DomainEventBus,
  ) {
    this.lanes = Array.from({ length: database.writersAtOnce }, () => this.lane());
  }

  /** Resolves after the commit. @throws what it was refused for, or `unavailable` */
  async send(command: SendCommand): Promise<Sent> {
    const sent = (await this.laneOf(command).submit(command)) as Sent;
    if (sent.duplicate) await this.tellAgain(sent.message, command.originSocketId);
    return sent;
  }

  /** Resolves after the commit; its events are published. @throws what it was refused for, or `unavailable` */
  async act<T>(act: Act<T>): Promise<T> {
    return ((await this.laneOf(act).submit(act)) as Done<T>).result;
  }

  /** Commands that wait for the next batch. */
  get depth(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.depth, 0);
  }

  /** Takes no more; resolves when all that were taken are answered. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  /** The last digit of an id is random: RFC 9562, 5.7. */
  private laneOf({ conversationId }: Command): GroupCommit<Command, Result> {
    const digit = Number.parseInt(conversationId.slice(-1), 16);
    return this.lanes[digit % this.lanes.length] as GroupCommit<Command, Result>;
  }

  private lane(): GroupCommit<Command, Result> {
    const { bus } = this;
    return new GroupCommit<Command, Result>({
      commit: (batch, patient) => this.commit(batch, patient ? 'wait' : 'fail'),
      groupOf: ({ conversationId }) => conversationId,
      goesWith: (command, first) => isAct(command) === isAct(first),
      settling: (count, commitSeconds) => bus.publish('batch.settling', { count, commitSeconds }),
      committed: (result, command, { bySender }) => {
        if ('events' in result) for (const [name, event] of result.events) bus.publish(name, event);
        // A sender who was told that the outcome is unknown hears of it as everybody does.
        else if (result.presented)
          bus.publish('message.sent', {
            message: result.presented,
            originSocketId: isAct(command) || !bySender ? undefined : command.originSocketId,
          });
      },
      bytesOf: (command) =>
        isAct(command) ? ACT_BYTES : command.content.length * 3 + command.fileIds.length * 200 + 500,
      maxBatch: MAX_BATCH,
      maxBatchBytes: MAX_BATCH_BYTES,
      maxQueue: MAX_QUEUE,
      deadlineMs: DEADLINE_MS,
    });
  }

  /** A batch holds one kind of command: `goesWith`. */
  private commit(batch: readonly Command[], held: 'wait' | 'fail'): Promise<readonly Outcome<Result>[]> {
    return batch.some(isAct)
      ? actBatch(this.database, batch as readonly Act<unknown>[], held)
      : sendBatch(this.database, batch as readonly SendCommand[], held);
  }

  /** As it is now: it may have been edited since, and reacted to. */
  private async tellAgain(message: StoredMessage, originSocketId: string | undefined): Promise<void> {
    if (Date.now() - message.createdAt.getTime() > REPUBLISH_WITHIN_MS) return;
    const [row] = await messagesAt(this.database.reader, [message], []);
    if (!row) return;
    this.bus.publish('message.sent', {
      message: messageView(toReadMessage(row, message), null),
      originSocketId,
      again: true,
    });
  }
}
