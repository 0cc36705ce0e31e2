import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const CONFIG = path.join(ROOT, '.dependency-cruiser.cjs');

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string | string[] };
  readonly to: { readonly path?: string | string[] };
}

/** Runs the house's rules on a small house of its own. @returns what dependency-cruiser complains of */
function cruise(files: Record<string, string>): Promise<string> {
  const house = mkdtempSync(path.join(tmpdir(), 'chat-floors-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
    writeFileSync(path.join(house, file), text);
  }
  cpSync(path.join(ROOT, 'tsconfig.json'), path.join(house, 'tsconfig.json'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(house, 'node_modules'));
  const depcruise = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [depcruise, 'src', '--config', CONFIG, '--no-progress'],
      { cwd: house },
      (_error, stdout, stderr) => {
        rmSync(house, { recursive: true });
        resolve(stdout + stderr);
      },
    );
  });
}

const SERVER = {
  'src/server.ts': "import './runtime';\n",
  'src/runtime.ts': "import './services/a';\nexport const run = 1;\n",
};

describe('the floors', () => {
  test('every folder and file of src stands on one', () => {
    const { forbidden } = createRequire(__filename)(CONFIG) as { forbidden: Rule[] };
    const named = forbidden.flatMap(({ from, to }) => [from.path ?? [], to.path ?? []].flat());
    const onAFloor = (entry: string): boolean =>
      named.some((pattern) => pattern !== '^src/' && new RegExp(pattern).test(entry));
    const entries = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `src/${entry.name}/` : `src/${entry.name}`,
    );
    expect(entries.filter((entry) => !onAFloor(entry))).toEqual([]);
  });

  test('a house that imports downward passes', async () => {
    const output = await cruise({
      ...SERVER,
      'src/services/a.ts': "import { b } from '../helpers/b';\nexport const a = b;\n",
      'src/helpers/b.ts': 'export const b = 1;\n',
    });
    expect(output).toContain('no dependency violations found');
  });

  test('an import from above is refused, also of a type alone', async () => {
    const output = await cruise({
      ...SERVER,
      'src/services/a.ts': "import type { B } from '../routes/b';\nexport type A = B;\n",
      'src/routes/b.ts': 'export type B = string;\n',
    });
    expect(output).toMatch(
      /error only-downward[^\n]*routes[^\n]*: src\/services\/a\.ts → .*src\/routes\/b\.ts/,
    );
  });

  test('a cycle, a door that knows the other, and a service that knows express are refused', async () => {
    const output = await cruise({
      'src/server.ts': "import './sockets/s';\nimport './services/a';\n",
      'src/sockets/s.ts': "import { c } from '../controllers/c';\nexport const s = c;\n",
      'src/controllers/c.ts': 'export const c = 1;\n',
      'src/services/a.ts':
        "import express from 'express';\nimport { b } from './b';\nexport const a = [express, b];\n",
      'src/services/b.ts': "import { a } from './a';\nexport const b = () => a;\n",
    });
    expect(output).toMatch(/error no-cycles: src\/services/);
    expect(output).toMatch(/error doors-are-apart: src\/sockets\/s\.ts/);
    expect(output).toMatch(/error services-know-no-door: src\/services\/a\.ts/);
  });
});
