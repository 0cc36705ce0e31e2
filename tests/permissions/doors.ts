import type { ClientEventName } from '../../src/contracts/events';
import { fullPath } from '../../src/contracts/openapi';
import type { Operation } from '../../src/contracts/operation';
import type { Refusal } from '../support/sockets';
import type { World } from './cast';
import { isEvent, operationAt, type Attempt, type Outcome } from './table';

interface Refused {
  readonly code: Outcome;
}

/** Tries it at the door of that name. @param token the access token of who asks */
export async function knock(
  world: World,
  door: string,
  attempt: Attempt,
  token: string | undefined,
): Promise<Outcome> {
  if (isEvent(door)) return emit(world, door, attempt, token);
  const operation = operationAt(door);
  if (!operation) throw new Error(`there is no operation or event ${door}`);
  return request(world, operation, attempt, token);
}

async function request(
  { server }: World,
  operation: Operation,
  { params = {}, query, body, file, headers = {} }: Attempt,
  token: string | undefined,
): Promise<Outcome> {
  const path = fullPath(operation).replace(/\{(\w+)\}/g, (_, key: string) => params[key] ?? `no ${key}`);
  const search = query ? `?${new URLSearchParams(query).toString()}` : '';
  const asked = server.request[operation.method](path + search).set(headers);
  if (token) void asked.set('Authorization', `Bearer ${token}`);
  if (file && operation.file) void asked.attach(operation.file.field, file, 'picture.png');
  else if (body) void asked.send(body);
  const answer = await asked;
  const { code, refused = [] } = answer.body as Partial<Refused> & { refused?: readonly Refused[] };
  // Who adds one person who may not be added is told so in an answer that is none of the errors.
  return answer.ok ? (refused[0]?.code ?? 'ok') : (code ?? 'internal');
}

async function emit(
  world: World,
  event: ClientEventName,
  { body }: Attempt,
  token: string | undefined,
): Promise<Outcome> {
  try {
    const device = await world.device(token);
    const answer = await device.ask(event, body);
    return answer.ok ? 'ok' : answer.error.code;
  } catch (error) {
    const refusal = error as Refusal;
    if (!refusal.data) throw error;
    return refusal.data.code as Outcome;
  }
}
