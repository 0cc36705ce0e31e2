import { decode } from 'jsonwebtoken';
import { newId } from '../../../src/helpers/ids';
import { TokenIssuer } from '../../../src/services/accounts/tokens';

const settings = {
  accessSecret: 'a'.repeat(32),
  refreshSecret: 'r'.repeat(32),
  accessLifetimeSeconds: 900,
  refreshLifetimeSeconds: 7 * 86_400,
};
let now = new Date('2026-01-31T12:00:00.500Z');
const issuer = new TokenIssuer(settings, () => now);
const session = { id: newId(), userId: newId(), generation: 3, expiresAt: issuer.sessionExpiry(now) };

beforeEach(() => {
  now = new Date('2026-01-31T12:00:00.500Z');
});

test('an access token says who, which session, and until when', () => {
  const { accessToken, expiresIn } = issuer.issue(session);
  expect(expiresIn).toBe(900);
  expect(decode(accessToken, { complete: true })?.header).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(decode(accessToken)).toEqual({
    iss: 'chat-server',
    aud: 'chat-client',
    sub: session.userId,
    sid: session.id,
    purpose: 'access',
    iat: 1769860800,
    exp: 1769861700,
  });
  expect(issuer.verifyAccess(accessToken)).toEqual({
    userId: session.userId,
    sessionId: session.id,
    expiresAt: new Date('2026-01-31T12:15:00.000Z'),
  });
});

test('it expires by the clock', () => {
  const { accessToken } = issuer.issue(session);
  now = new Date('2026-01-31T12:14:59.000Z');
  issuer.verifyAccess(accessToken);
  now = new Date('2026-01-31T12:15:00.000Z');
  expect(() => issuer.verifyAccess(accessToken)).toThrow(expect.objectContaining({ code: 'token_expired' }));
});

test('the refresh token of a generation is the same whenever it is issued, and differs by generation', () => {
  const first = issuer.issue(session).refreshToken;
  now = new Date('2026-01-31T13:00:00.000Z');
  expect(issuer.issue(session).refreshToken).toBe(first);
  expect(issuer.issue({ ...session, generation: 4 }).refreshToken).not.toBe(first);
  expect(issuer.verifyRefresh(first)).toEqual({
    sessionId: session.id,
    generation: 3,
    refreshHash: issuer.refreshHash(session.id, 3),
  });
});

test('neither kind passes for the other, nor for that of another server, nor changed', () => {
  const { accessToken, refreshToken } = issuer.issue(session);
  const sameSecret = new TokenIssuer({ ...settings, refreshSecret: settings.accessSecret }, () => now);
  const foreign = new TokenIssuer(
    { ...settings, accessSecret: 'x'.repeat(32), refreshSecret: 'y'.repeat(32) },
    () => now,
  );
  const unauthenticated = expect.objectContaining({ code: 'unauthenticated' });
  expect(() => issuer.verifyAccess(refreshToken)).toThrow(unauthenticated);
  expect(() => issuer.verifyRefresh(accessToken)).toThrow(unauthenticated);
  expect(() => sameSecret.verifyAccess(sameSecret.issue(session).refreshToken)).toThrow(unauthenticated);
  expect(() => sameSecret.verifyRefresh(sameSecret.issue(session).accessToken)).toThrow(unauthenticated);
  expect(() => foreign.verifyAccess(accessToken)).toThrow(unauthenticated);
  expect(() => foreign.verifyRefresh(refreshToken)).toThrow(unauthenticated);
  const [header, , signature] = accessToken.split('.');
  const payload = Buffer.from(JSON.stringify({ ...(decode(accessToken) as object), sub: newId() })).toString(
    'base64url',
  );
  expect(() => issuer.verifyAccess(`${header}.${payload}.${signature}`)).toThrow(unauthenticated);
});
