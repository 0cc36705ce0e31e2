import { openMysql } from '../../src/database/mysql';
import { signedIn, writeCast } from '../cast';
import { startDatabase, withConnection, type MeasuredDatabase } from '../database';
import type { ClientPlan } from '../job';
import { tokens } from '../server';
import { castOfReads, writeReads } from './history';
import { recordReads, type Reads } from './reads';

/** A database that is only read from, and what is read from it: the same for all reading scenarios and both servers. */
export interface Library {
  readonly database: MeasuredDatabase;
  readonly reads: Reads;
  /** the one who reads */
  readonly client: ClientPlan;
}

let library: Promise<Library> | undefined;

async function make(messages: number): Promise<Library> {
  const database = await startDatabase();
  const cast = castOfReads();
  const began = performance.now();
  const own = openMysql(database.url, 2);
  await writeCast(own, cast, tokens);
  await withConnection(database.url, (connection) => writeReads(own, connection, cast, messages));
  await own.close();
  const seconds = (performance.now() - began) / 1000;
  console.error(`${messages.toLocaleString('en')} messages written in ${seconds.toFixed(0)} s`);
  const reads = await recordReads(database.url, cast, messages);
  return { database, reads, client: signedIn(cast, tokens)[0]! };
}

/** Made at its first use, and gone with the process. */
export function openLibrary(messages: number): Promise<Library> {
  library ??= make(messages);
  return library;
}
