import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-callback-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  await writeFaces(join(folder, 'faces'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const options = "{ type: 'object', properties: {}, additionalProperties: false }";

it('makes a callback with the folder, experiment, seed and logger of its run, and a metric sees whose samples it measures', async () => {
  writeFileSync(
    join(folder, 'acme.mjs'),
    `import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
const note = {
  kind: 'callback', name: 'note', summary: 'Notes', options: ${options},
  create(_, { folder, experiment, resumed, seed, logger }) {
    return {
      async epochEnded({ epoch }) {
        await appendFile(join(folder, 'notes.txt'), [epoch, experiment.train.epochs, resumed, seed.value].join(' ') + '\\n');
        logger.notice('noted epoch ' + epoch);
      },
      async runEvaluated({ results }) {
        await appendFile(join(folder, 'notes.txt'), JSON.parse(await readFile(results, 'utf8')).method + '\\n');
      },
      async [Symbol.asyncDispose]() {
        await appendFile(join(folder, 'notes.txt'), 'disposed\\n');
      },
    };
  },
};
const who = {
  kind: 'metric', name: 'who', summary: 'Counts subjects, domains and species', classes: 'any', usesThreshold: false, better: 'higher', options: ${options},
  create() {
    let all = [];
    const count = (key) => new Set(all.flatMap((one) => one[key] ?? [])).size;
    return {
      reset() { all = []; },
      update(scored) { all.push(...scored); },
      compute: () => ({ subjects: count('subject'), domains: count('domain'), species: count('species') }),
    };
  },
};
export default { name: 'acme', items: [note, who] };`,
  );
  writeFileSync(join(folder, 'note.yaml'), `${faces.replace(']', ', "./acme.mjs"]')}callbacks: [note]\nevaluate: { metrics: [who] }\n`);
  const { status, out, err } = await gradalign(folder, ['train', 'note.yaml', '-o', 'runs/note', '--json', '--set', 'train.epochs=2', '--set', 'seed=7']);
  expect(status, err).toBe(0);
  expect(readFileSync(join(folder, 'runs', 'note', 'notes.txt'), 'utf8')).toBe('0 2 false 7\n1 2 false 7\nerm\ndisposed\n');
  expect(err).toContain('noted epoch 1');
  // 6 clips of each class, of one subject each that both classes share; every attack is a print.
  expect(JSON.parse(out).evaluation.literature.domains.b.video.figures.who).toEqual({ subjects: 6, domains: 1, species: 1 });
});
