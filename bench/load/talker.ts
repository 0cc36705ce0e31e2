import { isOk, type ChatClient } from './client';
import type { Tally } from './tally';

/** About the length of a chat message. */
const TEXT = 'Shall we meet at the harbour at half past seven?';
const CONTENT = '"content":"';
/** Send times that are kept: a sender is never that many messages ahead of its hearer. */
const KEPT = 64;

/**
 * One end of a private chat. What it says is numbered, so that the other end knows when it was sent,
 * and notices what is missing, doubled or out of order.
 */
export class Talker {
  peer: Talker | undefined;
  private said = 0;
  private heard = 0;
  private readonly sentAt = new Float64Array(KEPT);

  constructor(
    private readonly client: ChatClient,
    private readonly chatId: string,
    private readonly tally: Tally,
  ) {
    client.onEvent = (json) => this.hear(json);
  }

  /** Sends the next message; `acknowledged` is called when its ack came. */
  say(acknowledged: () => void): void {
    const { tally } = this;
    const number = (this.said += 1);
    const at = performance.now();
    this.sentAt[number % KEPT] = at;
    tally.sent += 1;
    this.client.send(
      `["chat_message",{"chatId":"${this.chatId}",${CONTENT}${number} ${TEXT}","type":"text","clientMessageId":"bench-${number}"}]`,
      (answer) => {
        if (!isOk(answer)) return void tally.faults.push(`a message was refused: ${answer}`);
        tally.acked += 1;
        if (tally.measuring) tally.acks.record((performance.now() - at) * 1000);
        acknowledged();
      },
    );
  }

  private hear(json: string): void {
    if (!json.startsWith('["chat_message"')) return;
    const { tally, peer } = this;
    const start = json.indexOf(CONTENT) + CONTENT.length;
    const number = Number.parseInt(json.slice(start, start + 12), 10);
    if (number !== this.heard + 1) tally.faults.push(`message ${number} came after ${this.heard}`);
    this.heard = number;
    tally.delivered += 1;
    if (tally.measuring && peer)
      tally.deliveries.record((performance.now() - (peer.sentAt[number % KEPT] ?? 0)) * 1000);
  }
}

/** Every two clients that follow each other are the two ends of a chat: each one's first conversation. */
export function pairUp(
  clients: readonly ChatClient[],
  chatIdOf: (index: number) => string,
  tally: Tally,
): Talker[] {
  const talkers = clients.map((client, index) => new Talker(client, chatIdOf(index), tally));
  talkers.forEach((talker, index) => (talker.peer = talkers[index ^ 1]));
  return talkers;
}
