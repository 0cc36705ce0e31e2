import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadResult } from '../job';
import { isOk, type ChatClient } from './client';
import { assemble } from './crowd';
import { Tally } from './tally';

const SENDERS = 10;
/** Messages of a sender that are not acknowledged yet. */
const UNDER_WAY = 4;
/** Send times that are kept: more than are ever under way. */
const KEPT = 256;
const WARM_UP_MS = 3_000;
const TEXT = 'Shall we meet at the harbour at half past seven?';
const CONTENT = '"content":"';

/** Send times by sender and message number. */
class SendTimes {
  private readonly at = new Float64Array(SENDERS * KEPT);

  note(sender: number, number: number): void {
    this.at[sender * KEPT + (number % KEPT)] = performance.now();
  }

  since(sender: number, number: number): number {
    return performance.now() - (this.at[sender * KEPT + (number % KEPT)] ?? 0);
  }
}

/** One member's ears: notices what is missing, doubled or out of order, sender by sender. */
function listen(client: ChatClient, times: SendTimes, tally: Tally): void {
  const heard = new Uint32Array(SENDERS);
  client.onEvent = (json) => {
    if (!json.startsWith('["group_message"')) return;
    const start = json.indexOf(CONTENT) + CONTENT.length;
    // One digit for the sender, a space, the number.
    const sender = json.charCodeAt(start) - 48;
    const number = Number.parseInt(json.slice(start + 2, start + 14), 10);
    if (number !== (heard[sender] ?? 0) + 1)
      tally.faults.push(`message ${number} of ${sender} came after ${heard[sender]}`);
    heard[sender] = number;
    tally.delivered += 1;
    if (tally.measuring) tally.deliveries.record(times.since(sender, number) * 1000);
  };
}

/** One group, some of whose members talk: everything each of them says goes to all the others. */
export async function fanout(job: Job): Promise<LoadResult> {
  const tally = new Tally(job);
  const crowd = await assemble(job.url, job.clients, 'groups');
  const groupId = job.clients[0]?.conversationIds[0] ?? '';
  const times = new SendTimes();
  for (const client of crowd.clients) listen(client, times, tally);
  let running = true;
  const talk = (client: ChatClient, sender: number): void => {
    let said = 0;
    const say = (): void => {
      if (!running) return;
      const number = (said += 1);
      times.note(sender, number);
      tally.sent += 1;
      client.send(
        `["group_message",{"groupId":"${groupId}",${CONTENT}${sender} ${number} ${TEXT}","type":"text","clientMessageId":"bench-${number}"}]`,
        (answer) => {
          if (!isOk(answer)) return void tally.faults.push(`a message was refused: ${answer}`);
          tally.acked += 1;
          say();
        },
      );
    };
    for (let count = 0; count < UNDER_WAY; count += 1) say();
  };
  crowd.clients.slice(0, SENDERS).forEach(talk);
  await wait(WARM_UP_MS);
  const { metrics, window } = await tally.measure(job.seconds * 1000);
  running = false;
  const counts = await tally.settle(crowd.losses, crowd.clients.length - 1);
  crowd.close();
  return {
    ...counts,
    window,
    metrics: {
      ...metrics,
      deliveryP50Ms: tally.deliveries.quantileMs(0.5),
      deliveryP99Ms: tally.deliveries.quantileMs(0.99),
    },
  };
}
