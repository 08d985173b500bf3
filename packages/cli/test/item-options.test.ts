import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign item options-'));
beforeAll(() => writeFaces(join(folder, 'faces')));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

/** What no schema can refuse, by name of what refuses it: what is set, and the words with their place. */
const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'an optimizer',
    ['--set', 'optimizer={ use: gsam, rho: 0.05, rhoMin: 0.1 }'],
    /optimizer: Cannot use gsam: rhoMin is 0.1 and rho 0.05, expected a rhoMin of at most rho/,
  ],
  [
    'a data set',
    ['--set', 'data.source.a.subject=(['],
    /data\.source\.a: Cannot take subjects from names: option subject is "\(\[", which is not a regular expression/,
  ],
  [
    'a callback',
    ['--set', 'callbacks=[{ use: mlflow, trackingUri: "ftp://a" }]'],
    /callbacks\[0\]: Cannot log to MLflow: trackingUri is no http or https address/,
  ],
];

it.each(refused)('validate and train refuse options of %s that do not go together, before any data is read', async (_, set, words) => {
  writeFileSync(join(folder, 'experiment.yaml'), faces.replace('plugins: [', "plugins: ['@gradalign/loggers', "));
  for (const command of ['validate', 'train']) {
    const { status, err } = await gradalign(command, 'experiment.yaml', ...set);
    expect([status, err]).toEqual([2, expect.stringMatching(words)]);
  }
});

it('they are told with file, line and column, all at once', async () => {
  writeFileSync(
    join(folder, 'both.yaml'),
    faces
      .replace(/optimizer: .*/, 'optimizer: { use: gsam, rho: 0.05, rhoMin: 0.1 }')
      .replace('augment: [flip]', 'augment: [{ use: rotate, outside: source, interpolation: bicubic }]'),
  );
  const { status, err } = await gradalign('validate', 'both.yaml');
  expect(status).toBe(2);
  expect(err).toMatch(/both\.yaml:\d+:\d+ data\.augment\[0\]: Cannot use rotate/);
  expect(err).toMatch(/both\.yaml:\d+:1 optimizer: Cannot use gsam/);
});

it.each([
  ['by the option of the crop', '{ use: random-resized-crop, interpolation: bicubic }', ''],
  ['as data.image says', 'random-resized-crop', ', image: { size: 16, interpolation: bicubic }'],
])('a rotation that shows what lies outside is refused after a crop that keeps nothing there, %s', async (_, crop, image) => {
  const write = (augment: string) =>
    writeFileSync(
      join(folder, 'crop.yaml'),
      faces.replace('augment: [flip]', `augment: ${augment}`).replace(/image: \{[^}]*\}/, (all) => (image === '' ? all : image.slice(2))),
    );
  write(`[flip, ${crop}, { use: rotate, outside: source }]`);
  const { status, err } = await gradalign('validate', 'crop.yaml');
  expect(status).toBe(2);
  expect(err).toMatch(/crop\.yaml:\d+:\d+ data\.augment\[2\]: 'rotate' shows what the image has beyond .* 'random-resized-crop' before it is read by bicubic/);
  for (const allowed of [
    `[{ use: rotate, outside: source }, ${crop}]`,
    `[flip, ${crop}, rotate]`,
    '[flip, { use: random-resized-crop, interpolation: bilinear }, { use: rotate, outside: source }]',
  ]) {
    write(allowed);
    expect(await gradalign('validate', 'crop.yaml'), allowed).toMatchObject({ status: 0 });
  }
});
