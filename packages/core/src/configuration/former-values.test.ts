import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { base, writePlugin } from '../../test/experiment-fixture.ts';
import { loadExperiment } from './load-experiment.ts';
import { changedSettings, portableSettings } from './portable-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign options-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `spin` has an option that runs from before it lack; `broken` fails when it is made. */
beforeAll(() => {
  writePlugin(folder);
  const plugin = join(folder, 'plugin.mjs');
  const options = `{ outside: { type: 'string', default: 'crop', formerly: 'source' } }`;
  const augmentation = (name: string, properties: string, body: string) =>
    `{ kind: 'augmentation', name: '${name}', summary: '${name}', options: { type: 'object', properties: ${properties}, additionalProperties: false }, create(options) { ${body} } },`;
  const items = [augmentation('spin', options, 'return {};'), augmentation('broken', '{}', `throw new TypeError('a fault of the plugin');`)];
  writeFileSync(plugin, readFileSync(plugin, 'utf8').replace('items: [', `items: [${items.join('\n')}`));
});

const file = (text: string, name = 'experiment.yaml') => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const withData = (lines: string) => base.replace('data:\n', `data:\n${lines}`);
const load = (lines: string) => loadExperiment(file(withData(lines)), { env: {} });

it('a fault of an augmentation is not a mistake of the experiment', async () => {
  expect((await load('  augment: [broken]\n')).experiment.data.augment).toEqual([{ use: 'broken' }]);
});

it('a balance that is written beside a sampling that does not follow it is told, once written and not as a default', async () => {
  const told = "data.batch.balance is [label] and data.sampling 'shuffle': it has no effect, expected data.sampling: balanced, or no balance";
  expect((await load('  sampling: shuffle\n  batch: { perDomain: 4, balance: [label] }\n')).warnings).toEqual([told]);
  expect((await load('  sampling: shuffle\n  batch: { perDomain: 4 }\n')).warnings).toEqual([]);
  expect((await load('  sampling: balanced\n  batch: { balance: [label] }\n')).warnings).toEqual([]);
});

it('a run from before an option existed keeps what its items did then; an experiment gets the default', async () => {
  const run = join(folder, 'run');
  mkdirSync(run);
  writeFileSync(join(run, 'log.jsonl'), '');
  const text = withData('  augment: [spin, { use: spin, outside: crop }]\n').replace('./plugin.mjs', '../plugin.mjs');
  const old = await loadExperiment(file(text, 'run/experiment.yaml'), { env: {}, trust: [folder] });
  expect(old.experiment.data.augment).toMatchObject([{ outside: 'source' }, { outside: 'crop' }]);
  const fresh = await load('  augment: [spin, { use: spin, outside: crop }]\n');
  expect(fresh.experiment.data.augment).toMatchObject([{ outside: 'crop' }, { outside: 'crop' }]);

  // What the old run recorded of itself: no such option in the first of the two.
  const recorded = structuredClone(portableSettings(old.experiment, old.catalogue)) as { data: { augment: { outside?: string }[] } };
  delete recorded.data.augment[0]?.outside;
  const changed = ({ experiment, catalogue }: typeof old) =>
    changedSettings(recorded, { ...portableSettings(experiment, catalogue), plugins: (recorded as { plugins?: unknown }).plugins }, experiment, catalogue);
  expect(changed(old)).toEqual([]);
  expect(changed(fresh)).toEqual([{ path: '["data","augment","0","outside"]', was: 'source', is: 'crop' }]);
});
