import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { S3Config } from '../../../config/env';
import { errors } from '../../../helpers/errors';
import { Pool } from '../../../helpers/pool';
import {
  isKey,
  MissingObject,
  mustBeKey,
  type ByteRange,
  type ObjectStorage,
  type StoredObject,
} from './storage';

/** The smallest part S3 takes: so much is held in memory for each upload under way. */
const PART_BYTES = 5 * 1024 * 1024;
const PUTS_AT_A_TIME = 4;
const PUTS_WAITING = 200;
const CONNECT_MS = 5_000;
/** Until an answer begins; of a part that is put: until all of it is there, too. */
const ANSWER_MS = 30_000;
/** Without a byte while an answer is read: whoever reads a file may pause for a while. */
const SILENCE_MS = 5 * 60_000;
const RETRY_AFTER_SECONDS = 5;

/** The client's errors name what does not answer; all that a user can do is try again. */
function unavailable(error: unknown): never {
  throw errors.unavailable(RETRY_AFTER_SECONDS, error);
}

/** Objects in a bucket, named by their keys, at Amazon or any server that speaks its protocol. */
export class S3Storage implements ObjectStorage {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly pool = new Pool({ atATime: PUTS_AT_A_TIME, waiting: PUTS_WAITING });

  constructor(
    { bucket, endpoint, region, credentials, forcePathStyle }: S3Config,
    { answerMs = ANSWER_MS } = {},
  ) {
    this.bucket = bucket;
    this.client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint !== null && { endpoint }),
      ...(credentials !== null && { credentials }),
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: answerMs,
        throwOnRequestTimeout: true,
        socketTimeout: SILENCE_MS,
      },
      // Servers other than Amazon's know no checksums in trailers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(key: string, source: Buffer | string): Promise<void> {
    mustBeKey(key);
    await this.pool.run(async () => {
      const upload = new Upload({
        client: this.client,
        params: {
          Bucket: this.bucket,
          Key: key,
          Body: typeof source === 'string' ? createReadStream(source, { highWaterMark: PART_BYTES }) : source,
        },
        partSize: PART_BYTES,
        queueSize: 1,
      });
      await upload.done().catch(unavailable);
    });
  }

  async open(key: string, range?: ByteRange): Promise<Readable> {
    mustBeKey(key);
    const { Body } = await this.client
      .send(
        new GetObjectCommand({
          ...this.at(key),
          ...(range && { Range: `bytes=${range.start}-${range.end}` }),
        }),
      )
      .catch((error: unknown) => {
        throw error instanceof NoSuchKey
          ? new MissingObject(key)
          : errors.unavailable(RETRY_AFTER_SECONDS, error);
      });
    return Body as Readable;
  }

  async remove(key: string): Promise<void> {
    mustBeKey(key);
    await this.client.send(new DeleteObjectCommand(this.at(key))).catch(unavailable);
    for (const UploadId of await this.unfinished(key))
      await this.client
        .send(new AbortMultipartUploadCommand({ ...this.at(key), UploadId }))
        .catch(unavailable);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    mustBeKey(key);
    const { ContentLength } = await this.client
      .send(new HeadObjectCommand(this.at(key)))
      .catch((error: unknown) => {
        if (error instanceof NotFound) return { ContentLength: undefined };
        return unavailable(error);
      });
    return ContentLength;
  }

  async list(after: string, limit: number): Promise<StoredObject[]> {
    for (let StartAfter = after; ;) {
      const page = new ListObjectsV2Command({
        Bucket: this.bucket,
        // Of an empty one some servers make another signature.
        ...(StartAfter !== '' && { StartAfter }),
      });
      const { Contents = [], IsTruncated } = await this.client.send(page).catch(unavailable);
      const found = Contents.flatMap(({ Key = '', Size = 0 }) =>
        isKey(Key) ? { key: Key, size: Size } : [],
      );
      // A page, of a thousand objects at most, may hold nothing of ours.
      if (found.length > 0 || !IsTruncated) return found.slice(0, limit);
      StartAfter = Contents.at(-1)?.Key ?? '';
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** Uploads that died between their parts. Some servers cannot tell. */
  private async unfinished(key: string): Promise<string[]> {
    const { Uploads = [] } = await this.client
      .send(new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: key }))
      .catch(() => ({ Uploads: [] }));
    return Uploads.flatMap(({ UploadId }) => UploadId ?? []);
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: key };
  }
}
