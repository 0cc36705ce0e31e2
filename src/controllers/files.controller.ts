import type { RequestHandler } from 'express';
import { DeleteFile, GetFile, GetFileThumbnail } from '../contracts/files';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { receivedUpload } from '../middlewares/receives-upload';
import { asking } from '../middlewares/signed-or-authenticated';
import type { Services } from '../services/services';
import { sendFile } from './sent-file';

const THUMBNAIL_TYPE = 'image/webp';

export function filesController({ files, uploads }: Pick<Services, 'files' | 'uploads'>) {
  const upload: RequestHandler = async (request, response) => {
    const { received, claimed } = receivedUpload(request);
    response.status(201).json(await uploads.store(caller(response), received, claimed));
  };

  const content: RequestHandler = async (request, response) => {
    const { params, query } = input(GetFile, response);
    const readable = await files.read(params.fileId, 'content', asking(response, query));
    const { name, mimeType } = readable.file;
    await sendFile(request, response, readable, { name, mimeType, download: query.download !== undefined });
  };

  const thumbnail: RequestHandler = async (request, response) => {
    const { params, query } = input(GetFileThumbnail, response);
    const readable = await files.read(params.fileId, 'thumbnail', asking(response, query));
    const look = { name: `${readable.file.name}.webp`, mimeType: THUMBNAIL_TYPE, download: false };
    await sendFile(request, response, readable, look);
  };

  const remove: RequestHandler = async (_request, response) => {
    const { params } = input(DeleteFile, response);
    await files.delete(caller(response), params.fileId);
    response.status(204).end();
  };

  return { upload, content, thumbnail, remove };
}
