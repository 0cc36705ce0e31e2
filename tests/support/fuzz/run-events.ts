import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Socket } from 'socket.io-client';
import type { TestedServer } from '../server';
import { connect, type Client } from '../sockets';
import { connectWire } from '../wire';
import { acknowledged, eventCase, packetCase, type EventCase, type Packet } from './events';
import { settle, makeFuzzedWorld, type FuzzedWorld } from './world';

const CASES_A_WORLD = 100;
const AT_ONCE = 8;
const MOST_TOLD = 20;
const ACK_TIMEOUT_MS = 10_000;

const ajv = addFormats(new Ajv({ strict: false }));
ajv.addSchema({ $id: 'events', components: { schemas: acknowledged.shapes } });
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

/** References in the schemas lead to the shapes. */
const rooted = <T>(schema: T): T =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"events#/components')) as T;

function check(name: string, answer: { ok: boolean; data?: unknown; error?: { code: string } }): void {
  if (!answer.ok && ['internal', 'unavailable'].includes(answer.error?.code ?? ''))
    throw new Error(`${name} was answered ${JSON.stringify(answer)}`);
  const schema = answer.ok ? acknowledged.of(name) : acknowledged.problem;
  if (!schema) throw new Error(`${name} was acknowledged, and is no event`);
  const key = answer.ok ? name : 'problem';
  let validator = validators.get(key);
  if (!validator) validators.set(key, (validator = ajv.compile(rooted(schema))));
  if (!validator(answer.ok ? answer.data : answer.error))
    throw new Error(
      `${name}: ${ajv.errorsText(validator.errors)} in ${JSON.stringify(answer).slice(0, 1_000)}`,
    );
}

type Outcome = 'accepted' | 'refused' | 'unasked';

async function send(client: Client, fuzzed: EventCase, world: FuzzedWorld): Promise<Outcome> {
  const { name, sent, asks } = settle(fuzzed, world.pools);
  const socket = client.socket as Socket;
  if (!asks) {
    socket.emit(name, ...sent);
    return 'unasked';
  }
  const answer = (await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, ...sent)) as Parameters<
    typeof check
  >[1];
  check(name, answer);
  return answer.ok ? 'accepted' : 'refused';
}

/**
 * Sends events made from the contracts: valid, nearly valid and hostile ones, some at once.
 * @throws for those that are not acknowledged as the documents say, with the seeds that have them again
 */
export async function fuzzEvents(
  server: TestedServer,
  seed: number,
  count: number,
): Promise<Record<Outcome, number>> {
  const outcomes = { accepted: 0, refused: 0, unasked: 0 };
  const failures: string[] = [];
  for (let done = 0; done < count && failures.length < MOST_TOLD; done += CASES_A_WORLD) {
    const own = seed + done;
    const world = await makeFuzzedWorld(server);
    const clients = await Promise.all(world.people.map(({ tokens }) => connect(server, tokens)));
    const numRuns = Math.min(CASES_A_WORLD, count - done);
    const waiting = fc.sample(eventCase, { seed: own, numRuns }).values();
    const worker = async (): Promise<void> => {
      for (const fuzzed of waiting) {
        try {
          outcomes[await send(clients[fuzzed.who] as Client, fuzzed, world)] += 1;
        } catch (error) {
          failures.push(
            `seed ${own}: ${(error as Error).message}\n${JSON.stringify(fuzzed).slice(0, 2_000)}`,
          );
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const client of clients) client.close();
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return outcomes;
}

/** Says to the server what no client would, each time on a connection of its own; another one is served meanwhile. */
export async function fuzzPackets(server: TestedServer, seed: number, count: number): Promise<void> {
  const { people, pools } = await makeFuzzedWorld(server);
  const [witness, hostile] = people as [FuzzedWorld['people'][0], FuzzedWorld['people'][0]];
  const client = await connect(server, witness.tokens);
  const groupId = pools.groups?.[0];
  const say = async (packets: readonly Packet[]): Promise<void> => {
    const wire = await connectWire(server, hostile);
    wire.websocket.on('error', () => undefined);
    wire.send(...packets);
    await client.must('join_group', { groupId });
    wire.websocket.terminate();
  };
  for (const [index, packets] of fc.sample(packetCase, { seed, numRuns: count }).entries())
    await say(packets).catch((error: unknown) => {
      const shown = JSON.stringify(packets.map(String)).slice(0, 2_000);
      throw new Error(`seed ${seed}, number ${index}: ${(error as Error).message}\n${shown}`, {
        cause: error,
      });
    });
  client.close();
}
