import { Seal } from '../../src/helpers/sealing';

const seal = new Seal('a secret', 'outbox');

test('opens what it sealed, and no seal looks like another', () => {
  const [one, other] = [seal.close('Grüße: 123456'), seal.close('Grüße: 123456')];
  expect([seal.open(one), seal.open(other)]).toEqual(['Grüße: 123456', 'Grüße: 123456']);
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain('123456');
});

test('opens nothing of another secret or purpose, and nothing that was changed or cut', () => {
  const sealed = seal.close('123456');
  const changed = Buffer.from(sealed, 'base64');
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  expect(() => new Seal('another secret', 'outbox').open(sealed)).toThrow();
  expect(() => new Seal('a secret', 'else').open(sealed)).toThrow();
  expect(() => seal.open(changed.toString('base64'))).toThrow();
  for (const cut of ['', sealed.slice(0, 8), sealed.slice(0, 24)]) expect(() => seal.open(cut)).toThrow();
});
