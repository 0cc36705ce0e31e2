import { parse } from 'dotenv';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/config/env';
import { settings } from '../../src/config/settings';

const read = (file: string): string => readFileSync(path.join(__dirname, '../..', file), 'utf8');

describe('.env.example', () => {
  const example = read('.env.example');

  test('names every setting that the server reads, and no other', () => {
    const named = [...example.matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect([...named].sort()).toEqual(Object.keys(settings).sort());
  });

  test('copied as it is changes nothing: its values are the defaults', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'chat-env-'));
    try {
      const DATA_DIR = path.join(folder, '.data');
      expect(parse(example).DATA_DIR).toBe('.data');
      expect(loadConfig({ ...parse(example), DATA_DIR })).toEqual(loadConfig({ DATA_DIR }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a secret that is still the example’s is refused in production', () => {
    const secrets = parse(example.replace(/^# (?=JWT_)/gm, ''));
    const production = { ...secrets, NODE_ENV: 'production', SMTP_HOST: 'mail.example.com' };
    expect(() => loadConfig(production)).toThrow(/JWT_ACCESS_SECRET[\s\S]*JWT_REFRESH_SECRET/);
  });
});
