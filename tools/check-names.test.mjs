import { expect, it } from 'vitest';
import { checkNames, readOfferedNames } from './check-names.mjs';
import { renderProblem } from './problems.mjs';
import { manifest, writeTree } from './write-tree.mjs';

const offered = [
  { name: 'supcon', offeredBy: '@a/losses' },
  { name: 'image-folder', offeredBy: '@a/data' },
  { name: 'step', offeredBy: '@a/schedules' },
];
const rules = { commonWords: ['step'], ignoredFiles: [], allowed: [] };
const packages = { 'packages/core/package.json': manifest('@a/core'), 'packages/losses/package.json': manifest('@a/losses') };
const problems = (source, changes = {}, given = rules) =>
  checkNames(writeTree({ ...packages, 'packages/core/src/a.ts': source, ...changes }), offered, given).map(renderProblem);
const found = (source) => problems(source).map((line) => /a\.ts:(\d+: knows [\w-]+)/.exec(line)?.[1]);

it('finds the name of an item in a comparison, in a list and in a message', () => {
  expect(problems("if (use === 'supcon') return 2;\n")).toEqual([
    'packages/core/src/a.ts:1: knows supcon of @a/losses by name, expected a property that each item declares',
  ]);
  expect(found(`const twoViews = ['supcon'];\nthrow new Error(\`loss 'supcon' needs \${views} views\`);\nuse = 'image-folder';\n`)).toEqual([
    '1: knows supcon',
    '2: knows supcon',
    '3: knows image-folder',
  ]);
});

it('finds a common word only where code decides by it', () => {
  const deciding = [
    "if (schedule.use === 'step') a();",
    "switch (name) { case 'step': b(); }",
    "if (['step', 'x'].includes(use)) c();",
    "schedules.items['step']();",
    "names.has('step');",
    "const schedule = { use: 'step' };",
    "const scheduleNames = new Set(['step']);",
    "const named = { 'step': scheduleItems };",
  ];
  expect(found(deciding.join('\n')).map((one) => one?.split(':')[0])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  expect(found(`log(\`step \${at}\`);\nif (event === 'step') a();\nconst word = 'step';\nstream('step');\n`)).toEqual([]);
});

it('passes over comments, imports, help texts, longer words, the index, testing, tests and the file of the item', () => {
  expect(found("// supcon\n/** 'supcon' */\nimport '../supcon';\n")).toEqual([]);
  expect(found("const options = { description: 'as in supcon, ' + 'or supcon' };\ncommand.option('--loss <use>', 'supcon, say');\n")).toEqual([]);
  expect(found("const supconLoss = 'supconish';\nconst path = 'image-folder-list';\n")).toEqual([]);
  const elsewhere = {
    'packages/core/src/index.ts': "export const a = 'supcon';\n",
    'packages/core/src/testing/b.ts': "export const b = 'supcon';\n",
    'packages/core/src/c.test.ts': "export const c = 'supcon';\n",
    'packages/losses/src/supcon.ts': "export const supcon = defineLoss({ name: 'supcon', note: 'supcon' });\n",
    'packages/losses/src/supcon/views.ts': "export const d = 'supcon';\n",
  };
  expect(problems('', elsewhere)).toEqual([]);
});

it('knows exceptions for a file and for a folder, and fails on one that is not needed', () => {
  const source = "const a = 'supcon';\nconst b = 'image-folder';\n";
  const allowed = [
    { file: 'packages/core/src/a.ts', name: 'supcon', why: 'a test' },
    { file: 'packages/core/', name: '*', why: 'a test' },
  ];
  expect(problems(source, {}, { ...rules, allowed })).toEqual([]);
  expect(problems('', {}, { ...rules, allowed: allowed.slice(0, 1), commonWords: ['gone'] })).toEqual([
    'tools/item-names.json: the exception of supcon in packages/core/src/a.ts is not needed, expected only those that are',
    'tools/item-names.json: no plugin offers the common word gone, expected names that are offered',
  ]);
});

it('reads the names from the plugins themselves: sam and supcon are among them, each offered once', async () => {
  const names = await readOfferedNames(new URL('..', import.meta.url).pathname);
  expect(names).toContainEqual({ name: 'sam', offeredBy: '@gradalign/optimizers' });
  expect(names).toContainEqual({ name: 'supcon', offeredBy: '@gradalign/fas-gac' });
  expect(names).toContainEqual({ name: 'domain-bce', offeredBy: '@gradalign/core' });
});
