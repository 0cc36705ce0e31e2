import { once } from '../helpers/once';
import { clientEvents, serverEvents, serverEventSummaries, type ServerEventName } from './events';
import { direction, referredNames, type JsonSchema } from './json-schema';
import { SocketProblem } from './problem';

/** A socket event as JSON schemas (draft 7). */
export interface EventSchema {
  readonly name: string;
  readonly from: 'client' | 'server';
  readonly summary: string;
  readonly payload: JsonSchema;
  /** The `data` of a successful acknowledgement: every client event has one, no server event has. */
  readonly ack?: JsonSchema;
}

export interface EventSchemas {
  /** The clients' first, in the order of the contracts. */
  readonly events: readonly EventSchema[];
  /** The error of a refusing acknowledgement. */
  readonly problem: JsonSchema;
  /** The named schemas that these refer to, by name. */
  readonly shapes: Readonly<Record<string, JsonSchema>>;
}

/** All events of the contracts, converted: what the document, the page and the client's types are made from. */
export const eventSchemas = once((): EventSchemas => {
  const requests = direction('input', 'Input', 'draft-7');
  const answers = direction('output', '', 'draft-7');
  answers.add('problem', SocketProblem);
  for (const [name, { payload, ack }] of Object.entries(clientEvents)) {
    requests.add(name, payload);
    answers.add(`${name}:ack`, ack);
  }
  for (const [name, payload] of Object.entries(serverEvents)) answers.add(name, payload);
  const inputs = requests.build();
  const outputs = answers.build();

  const problem = outputs.inline('problem');
  const events: EventSchema[] = [
    ...Object.entries(clientEvents).map(([name, { summary }]) => ({
      name,
      from: 'client' as const,
      summary,
      payload: inputs.inline(name),
      ack: outputs.inline(`${name}:ack`),
    })),
    ...(Object.keys(serverEvents) as ServerEventName[]).map((name) => ({
      name,
      from: 'server' as const,
      summary: serverEventSummaries[name],
      payload: outputs.inline(name),
    })),
  ];
  const named = { ...outputs.named, ...inputs.named };
  const used = [...referredNames([problem, events], named)].sort();
  return { events, problem, shapes: Object.fromEntries(used.map((name) => [name, named[name] ?? {}])) };
});
