import type { RequestHandler } from 'express';
import { AskExport, DownloadExport, GetExport } from '../contracts/exports';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { originOf } from '../middlewares/limit';
import type { Services } from '../services/services';
import { sendFile } from './sent-file';

export function exportsController({ exports }: Pick<Services, 'exports'>) {
  const ask: RequestHandler = async (request, response) => {
    const { body } = input(AskExport, response);
    response.status(202).json(await exports.ask(caller(response), body.password, originOf(request)));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetExport, response);
    response.json(await exports.get(caller(response), params.exportId));
  };

  const download: RequestHandler = async (request, response) => {
    const { params } = input(DownloadExport, response);
    const { id, size, name, open } = await exports.open(caller(response), params.exportId);
    const archive = { size, sha256: id, keepSeconds: 0, open };
    await sendFile(request, response, archive, { name, mimeType: 'application/zip', download: true });
  };

  return { ask, get, download };
}
