import { digestsTo, untilTold } from '../../support/alerts';
import { makeChat, send } from '../../support/chats';
import { startTestServer, type TestServer } from '../../support/server';

jest.setTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    RATE_LIMITS: 'off',
    DIGEST_AFTER: '1s',
    PUBLIC_URL: 'https://chat.example.com/',
  });
});
afterAll(() => server.stop());

async function withMail() {
  const { ada, bob, chat } = await makeChat(server);
  await send(server, ada, chat.id, 'hello');
  const mail = await server.mail.waitForMail(bob.email, /unread/, 15_000);
  const [url = '', token = ''] = /https:\/\/chat\.example\.com(\/api\/v1\/unsubscribe\/[\w-]{43})$/m
    .exec(mail.text)
    ?.slice(0) ?? ['', ''];
  const settingOf = async (): Promise<string> => {
    const { body } = await server.request.get('/api/v1/users/me/settings').set(bob.authorization).expect(200);
    return body.notifications.email;
  };
  return { ada, bob, chat, mail, url, path: token, settingOf };
}

test('one click ends the mails, as often as it is clicked; looking at the page changes nothing', async () => {
  const { ada, bob, chat, mail, url, path, settingOf } = await withMail();
  const list = mail.headers.get('list') as { unsubscribe: { url: string }; 'unsubscribe-post': unknown };
  expect(list.unsubscribe.url).toBe(url);
  expect(JSON.stringify(list)).toContain('List-Unsubscribe=One-Click');
  const page = await server.request.get(path).expect(200);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(page.text).toContain('<form method="post">');
  expect(await settingOf()).toBe('mentions');
  for (let click = 0; click < 2; click += 1) {
    const clicked = await server.request
      .post(path)
      .type('form')
      .send('List-Unsubscribe=One-Click')
      .expect(200);
    expect(clicked.text).toContain('You get no more mails');
    expect(await settingOf()).toBe('nothing');
  }
  await send(server, ada, chat.id, 'are you gone?');
  await untilTold(server);
  expect(digestsTo(server, bob)).toHaveLength(1);
});

test('both at the same moment are one; a multipart body and none at all are the same click', async () => {
  const { path, settingOf } = await withMail();
  await Promise.all([
    server.request.post(path).field('List-Unsubscribe', 'One-Click').expect(200),
    server.request.post(path).expect(200),
  ]);
  expect(await settingOf()).toBe('nothing');
});

test('a token that is wrong is answered as one that is right, and does nothing', async () => {
  const { bob, path, settingOf } = await withMail();
  const token = path.split('/').at(-1) ?? '';
  const id = Buffer.from(bob.id.replaceAll('-', '') + '0'.repeat(32), 'hex').toString('base64url');
  const forged = [`${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`, id, 'A'.repeat(43)];
  for (const wrong of forged) {
    const clicked = await server.request.post(`/api/v1/unsubscribe/${wrong}`).expect(200);
    expect(clicked.text).toContain('You get no more mails');
  }
  expect(await settingOf()).toBe('mentions');
  for (const malformed of ['x', `${token}x`, '%00', `${token.slice(0, -1)}*`])
    for (const method of ['get', 'post'] as const) {
      const { body } = await server.request[method](`/api/v1/unsubscribe/${malformed}`).expect(400);
      expect(body.code).toBe('validation_failed');
    }
});

test('of an account that is gone nothing is told', async () => {
  const { bob, path } = await withMail();
  await server.request
    .delete('/api/v1/users/me')
    .set(bob.authorization)
    .send({ password: bob.password })
    .expect(204);
  await server.request.post(path).expect(200);
});
