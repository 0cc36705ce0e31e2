import { Agent, request, type IncomingMessage } from 'node:http';
import type { ClientPlan } from '../job';

const TIMEOUT_MS = 30_000;

/** What the server answers to a client that asks what it has missed. */
interface Answer {
  readonly items: readonly unknown[];
  readonly nextCursor: string;
}

/** Asks for `/sync` for many clients, on connections that are kept: a proxy in front of the server does so, too. */
export class Syncing {
  private readonly agent: Agent;

  /** @param url `ws://127.0.0.1:port` */
  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @param since the cursor of the last answer @throws unless it is answered 200 in time */
  ask(person: ClientPlan, since: string | undefined): Promise<Answer> {
    const path = `/api/v1/sync${since === undefined ? '' : `?since=${since}`}`;
    const headers = { authorization: `Bearer ${String(person.auth.token)}` };
    return new Promise((resolve, reject) => {
      const take = (response: IncomingMessage): void => {
        let body = '';
        response.setEncoding('latin1');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(body) as Answer);
          else reject(new Error(`sync was answered ${response.statusCode}: ${body}`));
        });
      };
      const sent = request(
        `${this.url.replace('ws:', 'http:')}${path}`,
        { agent: this.agent, headers },
        take,
      );
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('sync was not answered in time')));
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a connection that had been idle, as it was taken up again: as proxies do, on another one.
        if (sent.reusedSocket && error.code === 'ECONNRESET') this.ask(person, since).then(resolve, reject);
        else reject(error);
      });
      sent.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
