import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { msuMfsdFixture } from '../../datasets/test/fixtures/msu-mfsd.ts';
import { ffmpeg, hasFfmpeg, scratchFolder } from '../../datasets/test/prepare-videos.ts';
import { once as onlyOnce } from './once.ts';
import { gradalignArguments, type RunOptions, gradalign as run } from './run-gradalign.ts';

const folder = scratchFolder();
const gradalign = (args: readonly string[], options?: RunOptions) => run(folder, args, options);

const rows = (out: string) =>
  readFileSync(join(folder, out, 'manifest.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);

test('help shows options, exit codes and an example; wrong usage ends with 2', async () => {
  const { status, out } = await gradalign(['data', 'prepare', '--help']);
  expect(status).toBe(0);
  for (const text of ['--frames', '--crop', '--faces', 'Exit codes', 'Examples:']) expect(out).toContain(text);
  const wrong = (...args: string[]) => gradalign(['data', 'prepare', ...args]);
  expect(await wrong('--out', 'x')).toMatchObject({
    status: 2,
    err: expect.stringContaining('no data set is given, expected --use <adapter> --root <folder>, or a folder of videos'),
  });
  expect(await wrong('videos', '--out', 'x', '--crop', 'sdg')).toMatchObject({ status: 2, err: expect.stringContaining("did you mean 'ssdg'") });
  expect(await wrong('videos', '--out', 'x', '--size', 'big')).toMatchObject({
    status: 2,
    err: expect.stringContaining("--size is 'big', expected a whole number from 8 to 4096"),
  });
  expect(existsSync(join(folder, 'x'))).toBe(false);
});

describe.skipIf(!hasFfmpeg)('raw videos', () => {
  beforeAll(() => {
    msuMfsdFixture.write(join(folder, 'msu'));
    // Two of four people are enough.
    for (const kind of ['real', 'attack'])
      for (const name of readdirSync(join(folder, 'msu/scene01', kind))) if (/client(003|013)/.test(name)) rmSync(join(folder, 'msu/scene01', kind, name));
    const photograph = join(
      dirname(createRequire(new URL('../../face-detector/package.json', import.meta.url)).resolve('@vladmandic/face-api/package.json')),
      'demo/sample1.jpg',
    );
    mkdirSync(join(folder, 'own/train/live'), { recursive: true });
    ffmpeg('-loop', '1', '-i', photograph, '-t', '0.2', '-r', '10', '-vf', 'scale=640:-2', '-pix_fmt', 'yuv420p', join(folder, 'own/train/live/anna é_1.mp4'));
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=d=0.2:r=10:s=64x48', join(folder, 'own/train/live/nobody_1.mp4'));
  });

  const prepare = ['data', 'prepare', '--use', 'msu-mfsd', '--root', 'msu', '--frames', 'even=2', '--size', '32', '--faces', 'annotation', '--workers', '2'];

  /** 32 crops of 16 videos in `crops`; tests do not change them. */
  const crops = onlyOnce(() => gradalign([...prepare, '--out', 'crops', '--json']));

  test('two commands from a raw data set to a trained model: MSU-MFSD as released, prepared, one epoch on the manifest', async () => {
    const prepared = await crops();
    expect(prepared).toMatchObject({ status: 0 });
    expect(JSON.parse(prepared.out).domains['msu-mfsd']).toMatchObject({ clips: 16, prepared: 16, crops: 32, framesWithoutFace: 0 });
    expect(rows('crops')[0]).toMatch(
      /^msu-mfsd\/test\/attack\/replay\/ipad\/attack_client001_android_SD_ipad_video_scene01\/00003\.jpg,msu-mfsd,test,attack,replay\/ipad,client001,/,
    );
    expect(await gradalign(['data', 'verify', 'crops'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('32 of 32 crops of 16 videos match the manifest'),
    });
    writeFileSync(
      join(folder, 'experiment.yaml'),
      `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
seed: 1
workers: 0
data:
  source: { msu: { use: manifest, root: crops } }
  target: { same: { use: manifest, root: crops } }
  image: { size: 16 }
  batch: { perDomain: 8 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: linear }
losses: [domain-bce]
optimizer: { use: erm, base: { use: sgd, learningRate: 0.01 } }
train: { epochs: 1 }
`,
    );
    const trained = await gradalign(['train', 'experiment.yaml', '--output', 'run'], { env: { GRADALIGN_ENGINE: 'wasm' } });
    expect(trained.err).not.toContain('Cannot');
    expect(trained.status).toBe(0);
  });

  test('killed in the middle and started again it ends with the same manifest', async () => {
    const child = spawn(process.execPath, [...gradalignArguments, ...prepare, '--out', 'killed', '--quiet'], { cwd: folder, stdio: 'ignore' });
    const journal = join(folder, 'killed/.preparation/msu-mfsd.jsonl');
    while (child.exitCode === null && !(existsSync(journal) && readFileSync(journal, 'utf8').includes('\n'))) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const done = readFileSync(journal, 'utf8').trim().split('\n').length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(16);
    expect(await gradalign([...prepare, '--out', 'killed', '--quiet'])).toMatchObject({ status: 0 });
    await crops();
    expect(rows('killed')).toEqual(rows('crops'));
  });

  test('Ctrl-C ends with 130, says that finished clips are kept, and unlocks the folder', async () => {
    const child = spawn(process.execPath, [...gradalignArguments, ...prepare, '--out', 'stopped'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    let sent = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!sent && said.includes('preparing')) sent = child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(said).toContain('finished clips are kept, run the same command again to continue');
    expect(existsSync(join(folder, 'stopped/.lock'))).toBe(false);
  });

  test('own videos by the detector: the face is found, a clip without one is reported, --strict makes that exit code 1', async () => {
    const own = ['data', 'prepare', 'own', '--out', 'own crops', '--frames', 'all', '--crop', 'ssdg', '--detector', 'tiny', '--workers', '1'];
    const { status, out, err } = await gradalign(own);
    expect(status).toBe(0);
    expect(out).toContain('own: 2 crops of 1 of 2 clips; 2 of 4 frames without a face');
    expect(out).toContain('train/live/nobody_1.mp4: the detector finds none');
    expect(err).toContain('warning: 1 clip has no face in any frame');
    const [path, , , label, , subject] = rows('own crops')[0]?.split(',') ?? [];
    expect([path, label, subject]).toEqual(['own/train/live/anna é_1/00000.jpg', 'live', 'anna é']);
    expect(await gradalign([...own, '--strict', '--quiet'])).toMatchObject({ status: 1 });
    writeFileSync(join(folder, 'own/train/live/empty.mp4'), '');
    expect(await gradalign(own)).toMatchObject({ status: 1, out: expect.stringContaining('empty.mp4: the file is empty') });
  });

  test('without ffmpeg it says how to install it', async () => {
    const { status, err } = await gradalign([...prepare, '--out', 'no ffmpeg'], { env: { PATH: join(folder, 'nothing') } });
    expect(status).toBe(1);
    expect(err).toContain('there is no ffprobe on the PATH, expected ffmpeg and ffprobe: apt-get install ffmpeg (Debian, Ubuntu)');
    expect(err).toContain('brew install ffmpeg');
  });

  test('verify ends with 1 where a crop was changed, and says which', async () => {
    await crops();
    cpSync(join(folder, 'crops'), join(folder, 'changed'), { recursive: true });
    const [path = ''] = rows('changed')[3]?.split(',') ?? [];
    writeFileSync(join(folder, 'changed', path), 'other');
    const { status, out } = await gradalign(['data', 'verify', 'changed', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ intact: 31, changed: [path], missing: [], surplus: [] });
  });
});
