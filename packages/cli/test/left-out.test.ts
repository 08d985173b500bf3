import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LeftOut, RunResults } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces as tolerant, writeFaces, writeGray } from './experiments.ts';
import { once } from './once.ts';
import { gradalign } from './run-gradalign.ts';

const faces = tolerant.replace('  tolerate: 0.1\n', '');
let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'left out é-')));
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'clean.yaml'), faces.replace('epochs: 8', 'epochs: 1'));
  await writeFaces(join(folder, 'holes'));
  spoil(join(folder, 'holes/a'));
  writeFileSync(
    join(folder, 'holes.yaml'),
    faces.replace('epochs: 8', 'epochs: 1').replace('a: { use: image-folder, root: faces }', 'a: { use: manifest, root: holes/a }'),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...args: string[]) => gradalign(folder, args);

/** A manifest of domain a: of 48 images 2 have mistyped labels, 1 is missing, 1 is empty, and a photograph is HEIC. */
function spoil(root: string): void {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const label = (name: string, i: number) => (i === 0 ? 'atack' : i === 30 ? 'lve' : name.includes('/live/') ? 'live' : 'attack');
  const rows = files.map((name, i) => `${name},${label(name, i)},${name.split('/')[0]},${name.split('/').at(-2)?.split('_')[0]}`);
  writeFileSync(join(root, 'manifest.csv'), `path,label,split,subject\n${rows.join('\n')}\ntrain/live/photo.heic,live,train,x\n`);
  rmSync(join(root, files[2] as string));
  writeFileSync(join(root, files.findLast((name) => name.startsWith('train/live')) as string), '');
}

const trained = once(() => run('train', 'clean.yaml', '--output', 'run', '--quiet'));

describe('training on a data set that leaves things out', () => {
  it('stops before the first step with exit code 2, naming every kind, the shares, the first few and the remedy', async () => {
    const { status, err } = await run('train', 'holes.yaml', '--output', 'stopped');
    expect(status).toBe(2);
    expect(err).toContain(
      "warning: domain 'a' leaves out 2 images or rows with unknown labels: manifest.csv line 2 (the label is 'atack', expected live or attack; did you mean 'attack'?), manifest.csv line 32 (the label is 'lve'",
    );
    expect(err).toContain("warning: domain 'a' leaves out 1 missing file: test/attack/print/s11_clip/f0.jpg (there is no such file)");
    expect(err).toContain(
      "warning: domain 'a' leaves out 1 file of a kind that is not read: manifest.csv line 50 (train/live/photo.heic: it is HEIC, which is not read: convert it to JPEG or PNG",
    );
    expect(err).toContain("warning: domain 'a' leaves out 1 unreadable file: train/live/s5_clip/f1.jpg (the file is empty)");
    // 45 of 48 rows are samples, of which one is empty.
    expect(err).toContain("Cannot use domain 'a': it leaves out 2 of 46 images (4.35 %, at most 0 % may be): ");
    expect(err).toContain('; and 3 of 47 images (6.38 %, at most 1 % may be): ');
    expect(err).toContain('accept the loss with data.tolerate: 0.07');
    expect(err).not.toContain('training 1/');
  });

  it('goes on where the loss is accepted, with every one of them in results.json', async () => {
    expect(await run('train', 'holes.yaml', '--set', 'data.tolerate=0.07', '--output', 'accepted')).toMatchObject({ status: 0 });
    const { leftOut } = JSON.parse(readFileSync(join(folder, 'accepted/results.json'), 'utf8')) as RunResults;
    expect(Object.keys(leftOut ?? {})).toEqual(['a']);
    expect(leftOut?.['a']?.map(({ kind, what }: LeftOut) => `${kind}: ${what}`).sort()).toEqual([
      'kind: manifest.csv line 50',
      'label: manifest.csv line 2',
      'label: manifest.csv line 32',
      'missing: test/attack/print/s11_clip/f0.jpg',
      'unreadable: train/live/s5_clip/f1.jpg',
    ]);
  });

  it('says nothing of a data set that leaves out nothing', async () => {
    const { status, err } = await trained();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(readFileSync(join(folder, 'run/results.json'), 'utf8'))).toMatchObject({ leftOut: {} });
  });
});

describe('evaluating and predicting', () => {
  it('evaluate --on a folder of the same kind: told, refused above the share, accepted below', async () => {
    await trained();
    cpSync(join(folder, 'faces/b/test'), join(folder, 'own/test'), { recursive: true });
    writeFileSync(join(folder, 'own/test/live/photo.heic'), '');
    const { status, err } = await run('evaluate', 'run', '--on', 'own');
    expect({ status, err }).toEqual({
      status: 2,
      err: expect.stringContaining("Cannot use domain 'own': it leaves out 1 of 25 images (4 %, at most 1 % may be)"),
    });
    for (const domain of ['own'])
      for (let i = 0; i < 90; i++) copyFileSync(join(folder, 'own/test/live/s10_clip/f0.jpg'), join(folder, domain, `test/live/s10_clip/g${i}.jpg`));
    const second = await run('evaluate', 'run', '--on', 'own', '--json');
    expect(second).toMatchObject({
      status: 0,
      err: expect.stringContaining("warning: domain 'own' leaves out 1 file of a kind that is not read: test/live/photo.heic"),
    });
    expect(JSON.parse(second.out)).toMatchObject({ leftOut: { own: [{ kind: 'kind', what: 'test/live/photo.heic' }] } });
  });

  it('evaluate --on clips that were seen in training says so: by content under other names, and by subject', async () => {
    await trained();
    mkdirSync(join(folder, 'new/test/live/zoe_1'), { recursive: true });
    mkdirSync(join(folder, 'new/test/attack/print/s3_other'), { recursive: true });
    copyFileSync(join(folder, 'faces/a/train/live/s2_clip/f1.jpg'), join(folder, 'new/test/live/zoe_1/renamed.jpg'));
    await writeGray(join(folder, 'new/test/attack/print/s3_other/1.jpg'), 33);
    const { status, err } = await run('evaluate', 'run', '--on', 'new');
    expect(status).toBe(0);
    expect(err).toContain("warning: 'new': 1 of 2 clips were seen in training: test/live/zoe_1 (of 'a'); their files have the content of source files");
    expect(err).toContain("warning: 'new': 1 subject has the name of one seen in training: s3; if they are the same people");
  });

  it('where the training data are gone, it says that nobody can tell', async () => {
    await trained();
    cpSync(join(folder, 'faces/b'), join(folder, 'copied'), { recursive: true });
    renameSync(join(folder, 'faces'), join(folder, 'gone'));
    const evaluated = await run('evaluate', 'run', '--on', 'copied');
    renameSync(join(folder, 'gone'), join(folder, 'faces'));
    expect(evaluated).toMatchObject({
      status: 0,
      err: expect.stringContaining('not known whether clips were seen in training: the data of a cannot be read'),
    });
  });

  it('predict tells what a folder holds that it does not read, and lists it', async () => {
    await trained();
    mkdirSync(join(folder, 'album'));
    await writeGray(join(folder, 'album/a.webp'), 90);
    for (const name of ['b.heic', 'notes.txt']) writeFileSync(join(folder, 'album', name), '');
    await writeGray(join(folder, 'private.png'), 90);
    symlinkSync(join(folder, 'private.png'), join(folder, 'album/link.png'));
    const { status, out, err } = await run('predict', 'run', 'album', '--json');
    expect(status).toBe(0);
    expect(err).toContain('warning: the prediction leaves out 1 file of a kind that is not read: album/b.heic (it is HEIC');
    expect(JSON.parse(out)).toMatchObject({ predictions: [{ path: 'album/a.webp' }], leftOut: [{ what: 'album/b.heic' }, { what: 'album/link.png' }] });
  });

  it('tpr@fpr chooses its threshold on the test data, so it stands under literature and not under deployable', async () => {
    await trained();
    const { literature, deployable } = JSON.parse(readFileSync(join(folder, 'run/results.json'), 'utf8')).evaluation;
    expect(Object.keys(literature.pooled.frame.figures)).toEqual(['hter', 'auc', 'tpr@fpr=1%']);
    expect(Object.keys(deployable.pooled.frame.figures)).toEqual(['hter', 'auc']);
  });
});

describe('preparation', () => {
  const prepare = (out: string, ...args: string[]) =>
    run(
      'data',
      'prepare',
      '--use',
      'manifest',
      '--root',
      'raw',
      '--set',
      'domain=door',
      '--domain',
      'door',
      '--faces',
      'annotation',
      '--size',
      '16',
      '--workers',
      '0',
      '--out',
      out,
      ...args,
    );
  const write = async (clips: readonly string[], faceless: readonly string[] = []) => {
    rmSync(join(folder, 'raw'), { recursive: true, force: true });
    mkdirSync(join(folder, 'raw'));
    for (const [i, name] of clips.entries()) await writeGray(join(folder, 'raw', `${name}.png`), 20 + 10 * i);
    const rows = clips.map((name, i) => `${name}.png,door,train,${i % 2 ? 'live' : 'attack'},${name},${faceless.includes(name) ? '' : '4 4 20 20'}`);
    writeFileSync(join(folder, 'raw/manifest.csv'), `path,domain,split,label,subject,box\n${rows.join('\n')}\n`);
  };
  const clips = ['anna', 'bert', 'cleo', 'dirk', 'emma', 'finn', 'gina', 'hugo'];

  it('a clip that was withdrawn is withdrawn by the next preparation: crops, rows and journal; verify sees it before', async () => {
    await write(clips);
    expect(await prepare('crops', '--quiet')).toMatchObject({ status: 0 });
    rmSync(join(folder, 'raw/cleo.png'));
    const verified = await run('data', 'verify', 'crops', '--json');
    expect({ status: verified.status, withdrawn: JSON.parse(verified.out).withdrawn }).toEqual({ status: 1, withdrawn: ['door: cleo.png'] });
    await write(clips.filter((name) => name !== 'cleo'));
    const { status, err } = await prepare('crops');
    expect(status).toBe(0);
    expect(err).toContain("warning: 'door': 1 clip is no longer in the raw data: withdrawn with 1 crop (cleo.png); --keep would have kept them");
    const left = readdirSync(join(folder, 'crops'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.includes('cleo'))).toEqual([]);
    for (const file of ['manifest.csv', '.preparation/door.jsonl']) expect(readFileSync(join(folder, 'crops', file), 'utf8')).not.toContain('cleo');
    expect(await run('data', 'verify', 'crops')).toMatchObject({ status: 0 });
  });

  it('--keep keeps it, says so, and verify accepts it', async () => {
    await write(clips);
    await prepare('kept', '--quiet');
    await write(clips.slice(1));
    expect(await prepare('kept', '--keep')).toMatchObject({
      status: 0,
      err: expect.stringContaining('1 clip is no longer in the raw data: kept with 1 crop (anna.png)'),
    });
    expect(readFileSync(join(folder, 'kept/manifest.csv'), 'utf8')).toContain('anna');
    expect(await run('data', 'verify', 'kept')).toMatchObject({ status: 0 });
  });

  it('raw data that are elsewhere now are no withdrawal: it says that it did not check', async () => {
    await write(clips);
    await prepare('far', '--quiet');
    rmSync(join(folder, 'raw'), { recursive: true });
    expect(await run('data', 'verify', 'far')).toMatchObject({
      status: 0,
      out: expect.stringContaining('raw data not found, so not checked for withdrawn clips: 1'),
    });
  });

  it('clips without a face are told by whoever trains on the crops, and bounded', async () => {
    await write(clips, ['emma']);
    expect(await prepare('faceless')).toMatchObject({
      status: 0,
      out: expect.stringContaining('attack: 4 clips, a face in 75 % of 4 frames, median face 20 pixels'),
    });
    const report = JSON.parse(readFileSync(join(folder, 'faceless/report.json'), 'utf8'));
    expect(report.domains.door.advice).toEqual([expect.stringContaining('faces are found in 100 % of the live and 75 % of the attack frames')]);
    writeFileSync(
      join(folder, 'faceless.yaml'),
      faces.replace('epochs: 8', 'epochs: 1').replace('a: { use: image-folder, root: faces }', 'door: { use: manifest, root: faceless }'),
    );
    const { status, err } = await run('train', 'faceless.yaml', '--output', 'no');
    expect(status).toBe(2);
    expect(err).toContain('1 of 8 clips (12.5 %, at most 1 % may be): 1 clip without a face: emma.png');
  });
});

describe('an experiment', () => {
  it('with the mean of pixels in 0..255 is refused, with the values that are meant', async () => {
    writeFileSync(
      join(folder, 'mean.yaml'),
      faces.replace('image: { size: 16 }', 'image: { size: 16, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }'),
    );
    const { status, err } = await run('validate', 'mean.yaml');
    expect(status).toBe(2);
    expect(err).toContain(
      'data.image.mean: found 123.675, 116.28, 103.53, expected values in 0..1, as pixels are: divided by 255 these are [0.485, 0.456, 0.406]',
    );
    expect(err).toContain(
      'data.image.std: found 58.395, 57.12, 57.375, expected values in 0..1, as pixels are: divided by 255 these are [0.229, 0.224, 0.225]',
    );
  });
});
