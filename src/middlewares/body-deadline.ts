import type { Request, RequestHandler, Response } from 'express';

/** Milliseconds for the whole body of a request, unless it is an upload. */
const BODY_MS = 60_000;

const timers = new WeakMap<Request, NodeJS.Timeout>();

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** As Node answers those whom it waits for in vain. */
function giveUp(request: Request, response: Response): void {
  const end = (): void => void request.destroy();
  if (response.headersSent) end();
  else response.writeHead(408, { Connection: 'close' }).end(end);
}

function setDeadline(request: Request, response: Response, milliseconds: number): void {
  clearTimeout(timers.get(request));
  timers.set(request, setTimeout(() => giveUp(request, response), milliseconds).unref());
}

/** Slow senders end here; the server itself waits as long as the longest upload may take. */
export const bodyDeadline: RequestHandler = (request, response, next) => {
  if (hasBody(request)) {
    setDeadline(request, response, BODY_MS);
    request.once('close', () => clearTimeout(timers.get(request)));
  }
  next();
};

/** Milliseconds for the whole of an upload, and after which one that does not get on is given up. */
export const UPLOAD_MS = 3_600_000;
const STALLED_MS = 30_000;
/** Bytes in that time: slower than any line that is alive. */
const STALLED_BYTES = 32 * 1024;

/** Lets an upload take longer, while it gets on. */
export function allowUpload(request: Request, response: Response): void {
  setDeadline(request, response, UPLOAD_MS);
  let before = request.socket.bytesRead;
  const watch = setInterval(() => {
    const now = request.socket.bytesRead;
    // What waits to be written has come, and nobody asks for more meanwhile.
    if (now - before < STALLED_BYTES && !request.isPaused()) giveUp(request, response);
    before = now;
  }, STALLED_MS).unref();
  request.once('close', () => clearInterval(watch));
}
