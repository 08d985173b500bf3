import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign, gradalignProcess } from './run-gradalign.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-broken-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  await writeFaces(join(folder, 'faces'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const none = "{ type: 'object', properties: {}, additionalProperties: false }";
const stateful = 'state: () => ({}), restore() {}';

/** A plugin of one item, written without any package. */
function plugin(kind: string, create: string, more = ''): string {
  return `export default { name: 'acme', items: [{ kind: '${kind}', name: 'broken', summary: 'Breaks', options: ${none}, ${more} create: ${create} }] };`;
}

const optimizer = (step: string) =>
  plugin('optimizer', `() => ({ ${stateful}, ${step} })`, 'cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },');
const metric = (compute: string) =>
  plugin('metric', `() => ({ reset() {}, update() {}, ${compute} })`, "classes: 'any', usesThreshold: false, better: 'higher',");
const sample = (more: string) => `{ id: 'a', image: { path: 'a.jpg' }, label: 0, split: 'train', ${more} }`;
const dataset = (samples: string) => plugin('dataset', `async () => ({ classes: ['attack', 'live'], samples: ${samples} })`);

const places: Readonly<Record<string, string>> = {
  optimizer: 'optimizer={use: broken}',
  updateRule: 'optimizer.base={use: broken}',
  loss: 'losses=[broken]',
  auxiliary: 'losses=[domain-bce, broken]',
  metric: 'evaluate.metrics=[broken]',
  model: 'model={use: broken}',
  schedule: 'schedule={use: broken}',
  callback: 'callbacks=[broken]',
  augmentation: 'data.augment=[broken]',
  dataset: 'data.source={a: {use: broken}}',
};

/** Where the item stands, the plugin, and what has to be said. */
const cases: readonly (readonly [place: string, source: string, says: RegExp])[] = [
  ['optimizer', optimizer("step() { throw new TypeError('x of undefined'); }"), /step\(\) throws TypeError: x of undefined/],
  ['optimizer', optimizer("step() { return { kind: 'broken', losses: { total: 1, risks: {} } }; }"), /step\(\) applies no direction, expected exactly one/],
  ['optimizer', optimizer('step(o, w, apply) { const e = o.evaluate(); const g = e.gradient("full"); apply(g); apply(g); }'), /applies 2 directions/],
  ['optimizer', optimizer('async step(o, w, apply) { await null; throw new Error("late"); }'), /step\(\) returns a promise/],
  ['optimizer', optimizer('step(o, w, apply) { const e = o.evaluate(); apply(e.gradient("full")); return 3; }'), /reports the kind undefined/],
  ['optimizer', optimizer('step(o, w, apply) { apply({ "head/kernel": [1] }); }'), /applies an object, expected Gradients/],
  ['optimizer', plugin('optimizer', '() => ({ step() {} })', 'cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },'), /without state\(\)/],
  ['updateRule', plugin('updateRule', `() => ({ ${stateful}, apply() { null.x; } })`), /apply\(\) throws TypeError/],
  [
    'updateRule',
    plugin('updateRule', '() => ({ state: () => ({ values: { n: 1n } }), restore() {}, apply() {} })'),
    /state\(\) returns values\.n as a bigint, which JSON cannot hold/,
  ],
  [
    'loss',
    plugin('loss', "() => ({ role: 'risk', logits: 2, perSample: (x) => x, probabilities: (x) => x })"),
    /the losses as a tensor of shape \[2, 2\], expected a tensor of shape \[2\]/,
  ],
  [
    'loss',
    plugin('loss', "() => ({ role: 'risk', logits: 3, perSample: (x, l) => l.cast('float32'), probabilities: (x) => x })"),
    /the probabilities as a tensor of shape \[2, 3\], expected a tensor of shape \[2, 2\]/,
  ],
  [
    'loss',
    plugin('loss', "() => ({ role: 'risk', logits: 2, perSample: (x, l) => l.cast('float32'), probabilities: (x) => x })"),
    /returns the row 0, 0 for logits of 0/,
  ],
  ['loss', plugin('loss', "async () => ({ role: 'risk' })"), /create\(\) returns a promise/],
  ['loss', plugin('loss', "() => ({ role: 'main' })"), /role text "main"/],
  ['auxiliary', plugin('loss', "() => ({ role: 'auxiliary', value: ({ features }) => features })"), /value\(\) returns the loss as a tensor/],
  ['auxiliary', plugin('loss', "() => ({ role: 'auxiliary', value: async () => 1 })"), /value\(\) returns a promise/],
  [
    'auxiliary',
    plugin('loss', "() => ({ role: 'auxiliary', createWeights: 3, value: () => 1 })"),
    /create\(\) returns createWeights as 3, expected a function/,
  ],
  [
    'auxiliary',
    plugin('loss', "() => ({ role: 'auxiliary', createWeights: () => new Map(), value: () => 1 })"),
    /createWeights\(\) returns weights as an object, expected Weights of '@gradalign\/core'/,
  ],
  ['auxiliary', plugin('loss', "() => ({ role: 'auxiliary', createWeights() { null.x; }, value: () => 1 })"), /createWeights\(\) throws TypeError/],
  [
    'auxiliary',
    plugin('loss', "() => ({ role: 'auxiliary', value: ({ weights }) => weights.get('centers') })"),
    /value\(\) throws Error: Cannot read weight 'centers': there is none of that name/,
  ],
  [
    'auxiliary',
    plugin('loss', "() => ({ role: 'auxiliary', value: ({ features }) => features.mean(), moveStatistics() { throw new Error('full'); } })"),
    /moveStatistics\(\) throws Error: full/,
  ],
  ['metric', metric("compute() { throw new Error('no samples'); }"), /compute\(\) throws Error: no samples/],
  ['metric', metric("compute: () => '0.5'"), /compute\(\) returns text "0.5"/],
  ['metric', metric('compute: () => NaN'), /compute\(\) returns NaN/],
  ['metric', metric('compute: async () => 1'), /compute\(\) returns a promise/],
  ['model', plugin('model', '() => ({ apply() {} })'), /weights as undefined, expected Weights/],
  ['model', plugin('model', 'async () => { throw "nothing"; }'), /create\(\) throws text "nothing"/],
  [
    'model',
    plugin(
      'model',
      '() => ({ weights: { parameters: new Map(), statistics: new Map(), trainable: [], get() {}, freeze() {}, shifted() {}, assign() {}, nonFinite() {} }, apply: (x) => ({ features: x, logits: x }) })',
    ),
    /logits as a tensor of shape/,
  ],
  ['schedule', plugin('schedule', '() => ({ factor: () => undefined })'), /factor\(\) returns undefined at step 0/],
  ['callback', plugin('callback', '() => ({ async runStarted() { throw new Error("no network"); } })'), /runStarted\(\) throws Error: no network/],
  ['callback', plugin('callback', '() => ({ stepEnded: ({ weights }) => weights.get("x") })'), /stepEnded\(\) throws Error: Cannot read weight 'x'/],
  ['callback', plugin('callback', '() => ({ onEpochEnd() {} })'), /returns onEpochEnd\(\), which nothing calls \(epochEnded\(\) is meant, perhaps\)/],
  ['callback', plugin('callback', '() => ({ state: () => ({ values: { mean: [1, NaN] } }), restore() {} })'), /returns values\.mean\[1\] as NaN, which JSON/],
  ['callback', plugin('callback', '() => ({ state: () => ({ best: 1 }), restore() {} })'), /state\(\) returns 'best', which is not saved/],
  ['auxiliary', plugin('loss', "() => ({ role: 'auxiliary', value: ({ features }) => features.sum().mul(NaN) })"), /value\(\) returns NaN for the first batch/],
  ['auxiliary', plugin('loss', "() => ({ role: 'auxiliary', value: ({ features }) => features.sum().cast('int32') })"), /a tensor of int32, expected float32/],
  [
    'loss',
    plugin(
      'loss',
      "() => ({ role: 'risk', logits: 1, perSample: (x) => x.sum(1), probabilities: (x) => x.sigmoid().mul([[-1, 1]]).add([[1, 0]]), logit: (x) => x.neg().squeeze([1]) })",
    ),
    /logit\(\) says 0\.301 for bona fide, as sigmoid\(logitScale · logit\), where probabilities\(\) says 0\.699/,
  ],
  ['augmentation', plugin('augmentation', '() => ({ geometry: () => ({ xx: 1 }) })'), /geometry\(\) returns \{"xx":1\}, expected a map of six/],
  ['augmentation', plugin('augmentation', '() => ({ pixels: (image) => ({ ...image, width: 1 }) })'), /pixels\(\) returns \d+ values for 1 x 48 x 3/],
  ['augmentation', plugin('augmentation', '() => ({ pixels() { throw new RangeError("far"); } })'), /pixels\(\) throws RangeError: far/],
  ['dataset', dataset('3'), /returns samples as 3/],
  ['dataset', dataset(`[${sample('')}, ${sample('')}]`), /samples 0 and 1 with the same id 'a'/],
  ['dataset', dataset(`[${sample('label: 2')}]`), /sample 'a' with the label 2, expected 0 to 1 \(attack, live\)/],
  ['dataset', dataset(`[${sample("split: 'val'")}]`), /split text "val", expected train, dev, test/],
  ['dataset', dataset(`[${sample('image: undefined')}]`), /sample 'a' with the image undefined/],
  ['dataset', dataset(`[${sample("frame: '3'")}]`), /sample 'a' with the frame text "3"/],
  ['dataset', dataset(`[${sample('')}], preparation: { size: () => 1 }`), /returns preparation\.size as a function, expected plain JSON/],
  ['dataset', dataset(`[${sample('')}], notes: { problems: 'none' }`), /returns notes\.problems as text "none"/],
  ['dataset', dataset(`[${sample('')}], notes: { leftOut: [{ kind: 'odd', what: 'b', why: 'c' }] }`), /notes\.leftOut\[0\]\.kind as text "odd"/],
];

describe('a plugin that breaks its contract', () => {
  it.each(cases.map(([place, source, says], i) => [i, place, says.source, source, says] as const))('case %i, %s: %s', async (i, place, _, source, says) => {
    writeFileSync(join(folder, `broken-${i}.mjs`), source);
    writeFileSync(join(folder, `broken-${i}.yaml`), faces.replace(']', `, "./broken-${i}.mjs"]`));
    // The augmentation runs in worker threads too.
    const workers = place === 'augmentation' && i % 2 === 0 ? ['--set', 'workers=1'] : [];
    const { status, err } = await gradalign(folder, ['train', `broken-${i}.yaml`, '-o', `runs/${i}`, '--set', places[place] as string, ...workers]);
    const kind = place === 'auxiliary' ? 'loss' : place;
    expect(err).toMatch(says);
    expect(err).toContain(`Cannot use ${kind} 'broken' of plugin 'acme${place === 'augmentation' ? '' : ` (./broken-${i}.mjs)`}'`);
    expect(err).toContain('This is a fault of the plugin');
    expect(err).not.toMatch(/bug in gradalign|\n +at /);
    expect(err).not.toMatch(/training .*8\/8/);
    expect(status).toBe(1);
  });

  it.each([
    ['stepEnded() { Promise.reject(new Error("no network")); }', 'its module throws Error: no network where nothing waits for it'],
    ['runStarted() { setTimeout(() => { throw new Error("late"); }, 1); }', 'its module throws Error: late where nothing waits for it'],
    ['stepEnded() { process.exit(0); }', 'Cannot finish: the process was ended before the command was done'],
    ['epochEnded: () => new Promise(() => {})', 'Cannot finish: the process was ended before the command was done'],
  ])('is told where nothing waits for it, and never passes for success: %s', (handler, says) => {
    writeFileSync(join(folder, 'stray.mjs'), plugin('callback', `() => ({ ${handler} })`));
    writeFileSync(join(folder, 'stray.yaml'), faces.replace(']', ', "./stray.mjs"]'));
    rmSync(join(folder, 'runs/stray'), { recursive: true, force: true });
    const { status, err } = gradalignProcess(folder, ['train', 'stray.yaml', '-o', 'runs/stray', '--set', 'callbacks=[broken]']);
    expect(err).toContain(says);
    expect(err).not.toMatch(/bug in gradalign|\n +at /);
    expect(status).toBe(1);
  });

  it('shows stack traces with --debug', async () => {
    writeFileSync(join(folder, 'debug.mjs'), cases[0]?.[1] as string);
    writeFileSync(join(folder, 'debug.yaml'), faces.replace(']', ', "./debug.mjs"]'));
    const { status, err } = await gradalign(folder, ['train', 'debug.yaml', '-o', 'runs/debug', '--set', 'optimizer={use: broken}', '--debug']);
    expect(status).toBe(1);
    expect(err).toMatch(/TypeError: x of undefined\n +at .*debug\.mjs/);
    expect(err).not.toContain('bug in gradalign');
  });
});

describe('a plugin that cannot be loaded', () => {
  const modules: readonly (readonly [source: string, says: RegExp])[] = [
    ['export default 3;', /has another default export, expected definePlugin/],
    ['throw "no reason";', /it throws while loading: no reason/],
    ["export default { name: 'acme', items: [null] };", /has item 0 as null/],
    ["export default { name: 'acme', items: [{ kind: 'optimiser', name: 'x' }] };", /of the kind text "optimiser", expected one of/],
    ["export default { name: 'acme', items: [{ kind: 'loss', name: 'x', summary: '', create() {} }] };", /offers loss 'x' with options as undefined/],
    [plugin('optimizer', '() => 1', 'cost: {},'), /offers optimizer 'broken' without cost.forwards/],
    [plugin('loss', '() => 1').replace(/items: \[(.*)\] \};/, 'items: [$1, $1] };'), /offers loss 'broken' twice/],
    [plugin('loss', '() => 1').replace("name: 'broken'", "name: 'coral'"), /it offers loss 'coral', as '@gradalign\/core' does/],
  ];
  it.each(modules.map(([source, says], i) => [i, says.source, source, says] as const))('module %i: %s', async (i, _, source, says) => {
    writeFileSync(join(folder, `module-${i}.mjs`), source);
    writeFileSync(join(folder, `module-${i}.yaml`), faces.replace(']', `, "./module-${i}.mjs"]`));
    const { status, err } = await gradalign(folder, ['validate', `module-${i}.yaml`]);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/bug in gradalign|\n +at /);
    expect(status).toBe(2);
  });
});
