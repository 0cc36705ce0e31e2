/**
 * What the product's reads are measured against: the same SQL on the bare driver behind Express, one route for each kind of page.
 * Nobody is asked who they are, nothing is checked or made of the rows. Express is set as the product's (src/app.ts).
 */
import express from 'express';
import { createPool } from 'mariadb';
import { connectionSettings } from '../../src/database/mysql';
import type { Reads } from './reads';

export interface YardstickPlan {
  readonly databaseUrl: string;
  readonly reads: Reads;
}

function start({ databaseUrl, reads }: YardstickPlan): void {
  const pool = createPool({
    ...connectionSettings(databaseUrl),
    connectionLimit: 10,
    bigIntAsNumber: true,
  });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const [name, pages] of Object.entries(reads))
    app.get(`/${name}/:index`, async (request, response) => {
      const rows: unknown[] = [];
      for (const step of pages[Number(request.params.index)]?.steps ?? [])
        rows.push(...(await Promise.all(step.map(({ sql, values }) => pool.query<unknown>(sql, values)))));
      response.json(rows);
    });
  app.listen(Number(process.env.PORT), '127.0.0.1');
}

process.once('message', start);
process.on('SIGTERM', () => process.exit(0));
