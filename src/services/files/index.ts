import path from 'node:path';
import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import { signFilesWith } from './file-urls';
import { FileSweep } from './file-sweep';
import { FilesService } from './files.service';
import { inspectFile } from './inspect';
import { FileRemoval } from './removal';
import { VirusScanner } from './scan/virus-scanner';
import type { ObjectStorage } from './storage/storage';
import { openStorage } from './storage/open-storage';
import { TemporaryFiles } from './temporary-files';
import { UploadRoom } from './upload-room';
import { UploadsService } from './uploads.service';

interface Dependencies {
  readonly database: Database;
  readonly config: Config;
  readonly logger: Logger;
  readonly bus: DomainEventBus;
  readonly clock?: () => Date;
}

/** What of files the doors and the container use. */
export interface Files {
  readonly files: FilesService;
  readonly uploads: UploadsService;
  readonly temporaryFiles: TemporaryFiles;
  readonly fileRemoval: FileRemoval;
  readonly fileSweep: FileSweep;
  readonly storage: ObjectStorage;
}

export function createFiles({
  database,
  config,
  logger,
  bus,
  clock = () => new Date(),
}: Dependencies): Files {
  signFilesWith(config.tokens.accessSecret);
  const storage = openStorage(config);
  const temporaryFiles = new TemporaryFiles(path.join(config.dataDir, 'tmp'), clock);
  const scanner = new VirusScanner({ config: config.virusScan, bus, logger });
  const fileRemoval = new FileRemoval({ database, storage, logger });
  return {
    files: new FilesService({
      database,
      storage,
      removal: fileRemoval,
      logger,
      adminsNeedTwoFactor: config.adminsNeedTwoFactor,
      clock,
    }),
    uploads: new UploadsService({
      database,
      storage,
      temporary: temporaryFiles,
      room: new UploadRoom(config.files.quotaBytes),
      limits: config.files,
      inspect: inspectFile,
      scan: (path, upload) => scanner.scan(path, upload),
      clock,
    }),
    temporaryFiles,
    fileRemoval,
    fileSweep: new FileSweep({ database, removal: fileRemoval, temporary: temporaryFiles, logger, clock }),
    storage,
  };
}
