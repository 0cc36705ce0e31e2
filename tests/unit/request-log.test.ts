import type { Request, Response } from 'express';
import { EventEmitter } from 'node:events';
import type { Logger } from '../../src/helpers/logger';
import { requestLog } from '../../src/middlewares/request-log';

/** What is logged of a request to this address. */
function logged(url: string, development: boolean): Promise<string> {
  return new Promise((resolve) => {
    const logger = { info: (line: unknown) => resolve(JSON.stringify(line)) } as unknown as Logger;
    const request = { method: 'GET', originalUrl: url, url, headers: {} } as unknown as Request;
    const response = Object.assign(new EventEmitter(), {
      locals: {},
      statusCode: 200,
      headersSent: true,
      finished: true,
    }) as unknown as Response;
    requestLog(logger, development)(request, response, () => response.emit('finish'));
  });
}

describe.each([
  ['readable', true],
  ['JSON', false],
])('the %s log of requests', (_, development) => {
  test.each([
    '/api/v1/invites/c2VjcmV0LXRva2VuLTEyMw',
    '/api/v1/invites/c2VjcmV0LXRva2VuLTEyMw/accept',
    '/API/V1/Invites//c2VjcmV0LXRva2VuLTEyMw?x=1',
    '/api/v1/invites%2Fc2VjcmV0LXRva2VuLTEyMw',
    '/api/v1/unsubscribe/c2VjcmV0LXRva2VuLTEyMw',
    '/api/v1/users?search=c2VjcmV0LXRva2VuLTEyMw',
  ])('holds no secret of %s', async (url) => {
    expect(await logged(url, development)).not.toContain('c2VjcmV0');
  });

  test('holds every other path as it is', async () => {
    const path = '/api/v1/groups/0198c0de-0000-7000-8000-000000000001/invites';
    expect(await logged(path, development)).toContain(path);
  });
});
