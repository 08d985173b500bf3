import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createSeed,
  type Domains,
  type Experiment,
  loadDomains,
  loadExperiment,
  type ProtocolDefinition,
  type ProtocolRecord,
  recordProtocol,
  renderProtocol,
  silentReporter,
} from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let base: string;
let file: string;

/** Subjects s1 to s4 in train, s4 (again) to s6 in test, s7 in dev where there is one; each with one live clip of two frames and one print clip of one. */
const people = { train: ['s1', 's2', 's3', 's4'], test: ['s4', 's5', 's6'], dev: ['s7'] };
const withDev = ['oulu', 'replay', 'wmca', 'cefa', 'surf'];

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'Protokolle ß '));
  const domains = ['oulu', 'casia', 'replay', 'msu', 'wmca', 'cefa', 'surf'];
  for (const domain of domains) {
    for (const [split, subjects] of Object.entries(people)) {
      if (split === 'dev' && !withDev.includes(domain)) continue;
      for (const subject of subjects)
        for (const path of [`live/${subject}_a/1.jpg`, `live/${subject}_a/2.jpg`, `attack/print/${subject}_b/1.jpg`]) {
          const target = join(base, domain, split, path);
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, '');
        }
    }
  }
  file = join(base, 'experiment.yaml');
  const entries = domains.map((domain) => `    ${domain}: { use: image-folder, root: ${domain} }\n`);
  writeFileSync(
    file,
    `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets"]\ndata:\n  protocol: oci-to-m\n  domains:\n${entries.join('')}model: tiny-cnn\noptimizer: erm\n`,
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const resolved = async (protocol: string): Promise<Experiment> => (await loadExperiment(file, { set: [`data.protocol=${protocol}`], env: {} })).experiment;

async function counted(protocol: string, ...set: string[]): Promise<{ readonly domains: Domains; readonly record: ProtocolRecord }> {
  const { experiment, catalogue } = await loadExperiment(file, { set: [`data.protocol=${protocol}`, ...set], env: {} });
  const domains = await loadDomains(experiment, catalogue, createSeed(experiment.seed), silentReporter, { wholeVideos: true });
  return { domains, record: recordProtocol(experiment, domains) };
}

describe('each protocol', () => {
  it.each([
    ['oci-to-m', ['oulu', 'casia', 'replay'], 'msu'],
    ['omi-to-c', ['oulu', 'msu', 'replay'], 'casia'],
    ['ocm-to-i', ['oulu', 'casia', 'msu'], 'replay'],
    ['icm-to-o', ['replay', 'casia', 'msu'], 'oulu'],
    ['mi-to-c', ['msu', 'replay'], 'casia'],
    ['mi-to-o', ['msu', 'replay'], 'oulu'],
    ['c-to-i', ['casia'], 'replay'],
    ['c-to-m', ['casia'], 'msu'],
    ['c-to-o', ['casia'], 'oulu'],
    ['i-to-c', ['replay'], 'casia'],
    ['i-to-m', ['replay'], 'msu'],
    ['i-to-o', ['replay'], 'oulu'],
    ['m-to-c', ['msu'], 'casia'],
    ['m-to-i', ['msu'], 'replay'],
    ['m-to-o', ['msu'], 'oulu'],
    ['o-to-c', ['oulu'], 'casia'],
    ['o-to-i', ['oulu'], 'replay'],
    ['o-to-m', ['oulu'], 'msu'],
    ['cs-to-w', ['cefa', 'surf'], 'wmca'],
    ['sw-to-c', ['surf', 'wmca'], 'cefa'],
    ['cw-to-s', ['cefa', 'wmca'], 'surf'],
  ])('%s trains on %j and tests on %s', async (name, sources, target) => {
    const { data } = await resolved(name);
    expect({ name: data.follows, sources: Object.keys(data.source), targets: Object.keys(data.target), splits: data.splits, holdOut: data.holdOut }).toEqual({
      name,
      sources,
      targets: [target],
      splits: { source: ['train'], target: ['test'] },
      holdOut: 0.1,
    });
  });

  it('has the same name in any order of its sources: ico-to-m is oci-to-m, ws-to-c is sw-to-c', async () => {
    expect((await resolved('ico-to-m')).data.follows).toBe('oci-to-m');
    expect((await resolved('ws-to-c')).data.follows).toBe('sw-to-c');
  });

  it('takes all clips, or all but the development splits, when asked to', async () => {
    const all = ['train', 'dev', 'test'];
    for (const clips of ['all-clips', 'all']) expect((await resolved(`{use: oci-to-m, clips: ${clips}}`)).data.splits).toEqual({ source: all, target: all });
    expect((await resolved('{use: oci-to-m, clips: without-dev}')).data.splits).toEqual({ source: ['train', 'test'], target: ['train', 'test'] });
    expect((await resolved('{use: cw-to-s, clips: train-dev, holdOut: 0.3}')).data).toMatchObject({
      splits: { source: ['train'], target: ['dev'] },
      holdOut: 0.3,
    });
  });
});

describe('its clips', () => {
  it('are counted by part, domain, split and class; an image more is no clip more', async () => {
    const { record } = await counted('oci-to-m', 'data.holdOut=0.25');
    // 4 subjects in train, a quarter of them held out: 1; each has a live clip of 2 images and an attack of 1.
    for (const source of ['oulu', 'casia', 'replay']) {
      expect(record.training[source]).toEqual({ clips: { train: { live: 3, attack: 3 } }, images: 9, subjects: 3, withoutSubject: 0 });
      expect(record.heldOut[source]).toEqual({ clips: { train: { live: 1, attack: 1 } }, images: 3, subjects: 1, withoutSubject: 0 });
    }
    expect(record.test).toEqual({ msu: { clips: { test: { live: 3, attack: 3 } }, images: 9, subjects: 3, withoutSubject: 0 } });
    expect(record).toMatchObject({
      name: 'oci-to-m',
      sources: ['oulu', 'casia', 'replay'],
      targets: ['msu'],
      seed: 0,
      checks: { heldOutDisjoint: true, targetsDisjoint: true },
    });
  });

  it('train only against all: 4 subjects of a source in train, 7 in all its splits', async () => {
    const { record } = await counted('{use: oci-to-m, clips: all-clips}');
    const sum = (part: 'training' | 'heldOut', domain: string) => record[part][domain]?.subjects ?? 0;
    // s4 is in train and in test: one person, in one part.
    expect(sum('training', 'oulu') + sum('heldOut', 'oulu')).toBe(7);
    expect(sum('training', 'casia') + sum('heldOut', 'casia')).toBe(6);
    expect(record.test['msu']?.clips).toEqual({ train: { live: 4, attack: 4 }, test: { live: 3, attack: 3 } });
  });

  it('of crops as SA-FAS prepares them: train-test trains on 3 of 7 source clips and tests on 2 of 4, all-clips takes all of both', async () => {
    const clips = [
      ['oulu/train/live/1_1_01_1', 'oulu/dev/live/1_1_21_1', 'oulu/test/spoof/6_3_55_5'],
      ['casia/train/spoof/1_NM_3', 'casia/test/live/1_HR_1'],
      ['replay/train/live/client001_session01_webcam_authenticate_adverse_1', 'replay/dev/spoof/attack_print_client051_session01_highdef_photo_controlled'],
      ['msu/train/live/real_client002_laptop_SD_scene01', 'msu/train/spoof/attack_client002_android_SD_ipad_video_scene01'],
      ['msu/test/live/real_client001_android_SD_scene01', 'msu/test/spoof/attack_client001_android_SD_ipad_video_scene01'],
    ].flat();
    const frames = clips.flatMap((clip) => ['crop_0000.jpg', 'crop_0005.jpg'].map((frame) => join(base, 'safas', clip, frame)));
    for (const frame of frames) {
      mkdirSync(dirname(frame), { recursive: true });
      writeFileSync(frame, '');
    }
    const crops = ['oulu', 'casia', 'replay', 'msu'].map((domain) => `data.domains.${domain}={use: safas, root: ${JSON.stringify(join(base, 'safas'))}}`);
    const count = async (choice: string) => {
      const { training, test } = (await counted(`{use: oci-to-m, clips: ${choice}, holdOut: 0}`, ...crops)).record;
      return { training: Object.values(training).map((part) => part.clips), test: test['msu']?.clips };
    };
    expect(await count('train-test')).toEqual({
      training: [{ train: { live: 1, attack: 0 } }, { train: { live: 0, attack: 1 } }, { train: { live: 1, attack: 0 } }],
      test: { test: { live: 1, attack: 1 } },
    });
    expect(await count('all-clips')).toEqual({
      training: [
        { train: { live: 1, attack: 0 }, dev: { live: 1, attack: 0 }, test: { live: 0, attack: 1 } },
        { train: { live: 0, attack: 1 }, test: { live: 1, attack: 0 } },
        { train: { live: 1, attack: 0 }, dev: { live: 0, attack: 1 } },
      ],
      test: { train: { live: 1, attack: 1 }, test: { live: 1, attack: 1 } },
    });
  });

  it('by the official counts stand in its description: OCI to M trains on 2,400 or on 6,750 clips', async () => {
    const { catalogue } = await loadExperiment(file, { env: {} });
    const { practice } = catalogue.find('protocol', 'oci-to-m') as ProtocolDefinition;
    // train: 1,800 + 240 + 360; all: 4,950 + 600 + 1,200.
    expect(practice).toContain('train-test trains on 2,400 clips (480 live) and tests on 160 clips (40 live)');
    expect(practice).toContain('all-clips trains on 6,750 clips (1,340 live) and tests on 280 clips (70 live)');
    expect((catalogue.find('protocol', 'cs-to-w') as ProtocolDefinition).practice).not.toContain('official');
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('seed %i never parts a subject that is in two splits of a domain', async (seed) => {
    const { domains, record } = await counted('{use: icm-to-o, clips: without-dev, holdOut: 0.4}', `seed=${seed}`);
    for (const { samples, heldOut } of domains.sources) {
      const held = new Set(heldOut.map(({ subject }) => subject));
      expect(held.size).toBe(2); // 0.4 of s1 to s6
      expect(samples.filter(({ subject }) => held.has(subject))).toEqual([]);
    }
    expect(record.checks).toEqual({ heldOutDisjoint: true, shared: [], targetsDisjoint: true, sharedFiles: [] });
  });

  it('an overlap would be told: the same folder as source and as target, a subject in both parts', async () => {
    const { record, domains } = await counted(
      '{sources: [casia], target: copy, splits: {target: [train]}}',
      `data.domains.copy={use: image-folder, root: ${JSON.stringify(join(base, 'casia'))}}`,
    );
    expect(record.checks.targetsDisjoint).toBe(false);
    expect(record.checks.sharedFiles).toHaveLength(10);
    const [casia] = domains.sources;
    if (!casia) throw new Error('no source');
    const leaky = recordProtocol(await resolved('c-to-m'), { ...domains, sources: [{ ...casia, heldOut: casia.samples.slice(0, 1) }] });
    expect(leaky.checks).toMatchObject({ heldOutDisjoint: false, shared: [`casia: ${casia.samples[0]?.subject}`] });
    expect(renderProtocol(leaky)).toContain('IN TRAINING AND HELD OUT: casia: s');
  });

  it('read as a table', async () => {
    const { record } = await counted('mi-to-c', 'data.holdOut=0.25');
    expect(renderProtocol(record)).toBe(
      [
        'protocol mi-to-c: msu, replay (train) -> casia (test); 25 % of the source subjects held out, seed 0',
        '  clips     domain  split  live  attack  subjects',
        '  training  msu     train     3       3         3',
        '  training  replay  train     3       3         3',
        '  training  all               6       6         6',
        '  held out  msu     train     1       1         1',
        '  held out  replay  train     1       1         1',
        '  held out  all               2       2         2',
        '  test      casia   test      3       3         3',
      ].join('\n'),
    );
  });

  it('a split that a domain lacks is told: MSU-MFSD has no development split', async () => {
    await expect(counted('{use: oci-to-m, clips: train-dev}')).rejects.toThrow(
      "Cannot use domain 'msu': it has no samples in dev (it has test, train), expected at least one",
    );
  });
});
