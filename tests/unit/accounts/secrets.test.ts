import { newId } from '../../../src/helpers/ids';
import { displayNameKeyOf, emailKeyOf } from '../../../src/services/accounts/account-keys';
import { OneTimeCodes } from '../../../src/services/accounts/one-time-codes';
import { PasswordHasher } from '../../../src/services/accounts/password-hasher';

describe('passwords', () => {
  const hasher = new PasswordHasher(4);

  test('match their own hash only', async () => {
    const hash = await hasher.hash('correct horse');
    expect(hash).toMatch(/^\$2b\$04\$.{53}$/);
    expect(await hasher.matches('correct horse', hash)).toBe(true);
    expect(await hasher.matches('correct horsf', hash)).toBe(false);
    expect(await hasher.matches('correct horse', undefined)).toBe(false);
  });

  test('match however a keyboard composes their letters', async () => {
    const hash = await hasher.hash('Zoë ﬁnds Å');
    for (const same of ['Zoe\u0308 finds A\u030A', 'Zoë finds \u212B'])
      expect(await hasher.matches(same, hash)).toBe(true);
    expect(await hasher.matches('Zoe finds A', hash)).toBe(false);
  });

  test('are wrong with half a character, which bcrypt would take for any other half', async () => {
    const hash = await hasher.hash('a password \uFFFD');
    for (const half of ['a password \uD800', 'a password \uDFFF'])
      expect(await hasher.matches(half, hash)).toBe(false);
  });

  test('are wrong with anything that bcrypt would overlook', async () => {
    const hash = await hasher.hash('x'.repeat(72));
    expect(await hasher.matches('x'.repeat(72), hash)).toBe(true);
    expect(await hasher.matches('x'.repeat(73), hash)).toBe(false);
    expect(await hasher.matches('abc\0def', await hasher.hash('abc'))).toBe(false);
  });
});

describe('one-time codes', () => {
  const codes = new OneTimeCodes('secret');
  const now = new Date('2026-01-31T12:00:00.000Z');

  test('are six digits for ten minutes, good for one row, one purpose and one key', () => {
    const id = newId();
    const { code, codeHash, expiresAt } = codes.make('sign_up', id, now);
    expect(code).toMatch(/^\d{6}$/);
    expect(codeHash).toMatch(/^[0-9a-f]{64}$/);
    expect(expiresAt).toEqual(new Date('2026-01-31T12:10:00.000Z'));
    expect(codes.matches('sign_up', { id, codeHash }, code)).toBe(true);
    expect(codes.matches('sign_up', { id: newId(), codeHash }, code)).toBe(false);
    expect(codes.matches('password_reset', { id, codeHash }, code)).toBe(false);
    expect(new OneTimeCodes('other').matches('sign_up', { id, codeHash }, code)).toBe(false);
  });
});

test('keys fold case and fit their columns', () => {
  expect(emailKeyOf('Ada@Example.COM')).toBe('ada@example.com');
  expect(displayNameKeyOf('ＡＤＡ')).toBe('ada');
  expect([...displayNameKeyOf('ﷺ'.repeat(64))]).toHaveLength(255);
});
