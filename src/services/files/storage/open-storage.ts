import path from 'node:path';
import type { Config } from '../../../config/env';
import { LocalStorage } from './local-storage';
import type * as S3 from './s3-storage';
import type { ObjectStorage } from './storage';

/** The storage of the settings: a bucket where one is named, otherwise a folder. */
export function openStorage({ dataDir, files }: Pick<Config, 'dataDir' | 'files'>): ObjectStorage {
  if (files.s3 === null) return new LocalStorage(path.join(dataDir, 'files'));
  // The client is large, and few have a bucket.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import() would wait, and need the name of the compiled file
  const { S3Storage } = require('./s3-storage') as typeof S3;
  return new S3Storage(files.s3);
}
