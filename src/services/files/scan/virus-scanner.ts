import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { VirusScanConfig } from '../../../config/env';
import { errors, type AppError } from '../../../helpers/errors';
import type { Logger } from '../../../helpers/logger';
import { Pool } from '../../../helpers/pool';
import type { DomainEventBus } from '../../domain-events';
import { scanByClamd, type ClamdTimes } from './clamd';

/** Who sends a file, for the report of one that is infected. */
export interface Upload {
  readonly ownerId: string;
  readonly name: string;
}

const TIMES: ClamdTimes = { idleMs: 60_000, totalMs: 180_000 };
const RETRY_AFTER_SECONDS = 30;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

interface Needs {
  /** `null`: nothing is scanned */
  readonly config: VirusScanConfig | null;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
  readonly times?: ClamdTimes;
}

/** Has files looked at by clamd before anybody sees them. */
export class VirusScanner {
  /** clamd itself works on ten at a time unless told otherwise. */
  private readonly pool = new Pool({ atATime: 8, waiting: 100 });

  constructor(private readonly needs: Needs) {}

  /**
   * Resolves when a file may be kept.
   * @throws unsupported_media_type when it is infected, which admins are told; payload_too_large when clamd takes no file
   * of this size, and unavailable when it gives no verdict, unless the setting says that such files are accepted
   */
  async scan(path: string, upload: Upload): Promise<void> {
    const { config } = this.needs;
    if (config) await this.pool.run(() => this.judge(path, upload, config));
  }

  private async judge(path: string, { ownerId, name }: Upload, config: VirusScanConfig): Promise<void> {
    const { bus, logger, times = TIMES } = this.needs;
    const verdict = await scanByClamd(path, config.clamd, times).catch((error: unknown) =>
      this.unscanned(config, errors.unavailable(RETRY_AFTER_SECONDS, error)),
    );
    if (verdict?.kind === 'too large') this.unscanned(config, errors.payloadTooLarge());
    if (verdict?.kind !== 'infected') return;
    const { signature } = verdict;
    const sha256 = await sha256Of(path);
    logger.warn({ ownerId, sha256, signature }, 'an infected file was refused');
    bus.publish('file.infected', { ownerId, name, sha256, signature });
    throw errors.unsupportedMediaType('The file is infected and was not stored');
  }

  private unscanned({ whenUnavailable }: VirusScanConfig, refusal: AppError): void {
    if (whenUnavailable === 'refuse') throw refusal;
    const { cause } = refusal;
    this.needs.logger.warn(
      { reason: cause instanceof Error ? cause.message : refusal.message },
      'a file was accepted without a scan',
    );
  }
}
