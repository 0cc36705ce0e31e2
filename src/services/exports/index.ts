import path from 'node:path';
import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { OwnPassword } from '../accounts/own-password';
import type { AvatarsService } from '../avatars/avatars.service';
import type { ObjectStorage } from '../files/storage/storage';
import type { Limits } from '../limits/limits';
import { ArchiveFiles } from './archive-files';
import { ExportMaker } from './export-maker';
import { ExportsService } from './exports.service';

interface Dependencies {
  readonly database: Database;
  readonly config: Pick<Config, 'dataDir'>;
  readonly logger: Logger;
  readonly storage: ObjectStorage;
  readonly avatars: AvatarsService;
  readonly ownPassword: OwnPassword;
  readonly limits: Limits;
  readonly clock?: () => Date;
}

export interface Exports {
  readonly exports: ExportsService;
  readonly exportMaker: ExportMaker;
}

export function createExports({ config, clock = () => new Date(), ...rest }: Dependencies): Exports {
  const archives = new ArchiveFiles(path.join(config.dataDir, 'exports'));
  const exportMaker = new ExportMaker({ ...rest, archives, clock });
  return { exports: new ExportsService({ ...rest, archives, maker: exportMaker, clock }), exportMaker };
}
