import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { PosterMaker } from '../../../src/services/files/inspect/poster';
import { inspectMedia } from '../../../src/services/files/inspect/media';
import { mp4 } from '../../support/media-samples';
import { plain } from '../../support/pictures';
import { written } from './inspecting';

/** A program in the place of ffmpeg. */
async function program(script: string): Promise<PosterMaker> {
  const file = await written('');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return new PosterMaker(file);
}

const film = async (posters: PosterMaker) => inspectMedia(await written(mp4()), 'video/mp4', posters);
const WITHOUT = { kind: 'video', mimeType: 'video/mp4', durationSeconds: 7, width: 640, height: 360 };

test('a film is shown by a frame of it', async () => {
  const frame = await written(await plain(640, 360).jpeg().toBuffer());
  expect(await film(await program(`cat ${frame}`))).toEqual({
    ...WITHOUT,
    thumbnail: expect.any(Buffer),
    blur: expect.any(String),
  });
});

test.each([
  ['fails', 'exit 1'],
  ['says nothing', 'exit 0'],
  ['writes no picture', 'echo hello'],
  ['writes without end', 'exec cat /dev/zero'],
  ['dies', 'kill -9 $$'],
])('a program that %s leaves the film without', async (_, script) => {
  expect(await film(await program(script))).toEqual(WITHOUT);
});

test('so does one that is not there', async () => {
  const none = new PosterMaker('/nowhere/ffmpeg');
  expect(await film(none)).toEqual(WITHOUT);
  expect(await film(none)).toEqual(WITHOUT);
});

test('it is told to read one file in the format that was found, and nothing else', async () => {
  const told = await written('');
  const file = await written(mp4());
  await (await program(`echo "$@" > ${told}; exit 1`)).frameOf(file, 'video/webm');
  expect(readFileSync(told, 'utf8')).toContain(`-protocol_whitelist file -f matroska -i file:${file} `);
});
