import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHouse, checkPage, renderMarkdown, renderTable } from './check-house.mjs';
import { renderProblem } from './problems.mjs';
import { manifest, runCheck, writeTree } from './write-tree.mjs';

// A plugin above core, core above engine; in core run/ above callbacks/ and losses/ on one layer, contracts/ at the bottom.
const house = {
  packages: [
    { folder: 'packages/cli', holds: 'the command', uses: ['packages/plugin', 'packages/core'], layers: [{ 'index.ts': '' }] },
    { folder: 'packages/plugin', holds: 'a plugin', uses: ['packages/core'], layers: [{ '*.ts': '' }] },
    { folder: 'packages/other', holds: 'another plugin', uses: ['packages/core'], layers: [{ 'index.ts': '' }] },
    {
      folder: 'packages/core',
      holds: 'the trainer',
      uses: [],
      layers: [{ 'index.ts': '' }, { 'run/': 'one run' }, { 'callbacks/': 'hooks', 'losses/': 'losses' }, { 'contracts/': 'types' }],
    },
  ],
};

const tree = {
  'packages/cli/package.json': manifest('app'),
  'packages/cli/src/index.ts': "import plugin from '@a/plugin';\nimport { train } from '@a/core';\nimport { kit } from '@a/core/testing';\n",
  'packages/plugin/package.json': manifest('@a/plugin'),
  'packages/plugin/src/index.ts': "import type { Loss } from '@a/core';\nexport { item } from './item.ts';\n",
  'packages/plugin/src/item.ts': 'export const item = 1;\n',
  'packages/other/package.json': manifest('@a/other'),
  'packages/other/src/index.ts': 'export default 1;\n',
  'packages/core/package.json': manifest('@a/core', { '.': './src/index.ts', './testing': './src/run/testing.ts' }),
  'packages/core/src/index.ts': "export { train } from './run/train.ts';\nexport type { Loss } from './contracts/loss.ts';\n",
  'packages/core/src/run/train.ts': "import { swa } from '../callbacks/swa.ts';\nimport type { Loss } from '../contracts/loss.ts';\n",
  'packages/core/src/run/testing.ts': 'export const kit = 1;\n',
  'packages/core/src/callbacks/swa.ts': "import type { Loss } from '../contracts/loss.ts';\n",
  'packages/core/src/losses/bce.ts': "import type { Loss } from '../contracts/loss.ts';\n",
  'packages/core/src/contracts/loss.ts': 'export interface Loss {}\n',
  'packages/core/src/contracts/loss.test.ts': "import { train } from '../run/train.ts';\n",
};

const problems = (changes, order = house) => checkHouse(writeTree({ ...tree, ...changes }), order).map(renderProblem);

describe('the order of the house', () => {
  it('holds in a tree whose imports run downwards; tests may import what they like', () => {
    expect(problems({})).toEqual([]);
  });

  it('fails on an import that runs back up, a type import too', () => {
    expect(problems({ 'packages/core/src/contracts/model.ts': "\nimport type { Run } from '../run/train.ts';\n" })).toEqual([
      'packages/core/src/contracts/model.ts:2: contracts/ imports run/train.ts, and run/ stands above it, expected imports only from what stands below',
    ]);
  });

  it('fails on an import() and on a worker that stands above', () => {
    const found = problems({
      'packages/core/src/losses/slow.ts': "await import('../run/train.ts');\nnew Worker(new URL('../run/testing.ts', import.meta.url));\n",
    });
    expect(found).toEqual([
      'packages/core/src/losses/slow.ts:1: losses/ imports run/train.ts, and run/ stands above it, expected imports only from what stands below',
      'packages/core/src/losses/slow.ts:2: losses/ imports run/testing.ts, and run/ stands above it, expected imports only from what stands below',
    ]);
  });

  it('fails on an import between folders of one layer, unless it is listed', () => {
    const beside = { 'packages/core/src/callbacks/ema.ts': "import '../losses/bce.ts';\n" };
    expect(problems(beside)).toEqual([
      'packages/core/src/callbacks/ema.ts:1: callbacks/ imports losses/bce.ts, and losses/ stands beside it, expected no import between folders of one layer',
    ]);
    const listed = structuredClone(house);
    listed.packages[3].sideways = ['callbacks/ -> losses/'];
    expect(problems(beside, listed)).toEqual([]);
    expect(problems({ 'packages/core/src/losses/ce.ts': "import '../callbacks/swa.ts';\n" }, listed)).toHaveLength(1);
  });

  it('fails on a circle of three files in one folder, once, by its shortest way', () => {
    const found = problems({
      'packages/plugin/src/a.ts': "import './b.ts';\n",
      'packages/plugin/src/b.ts': "\nimport type { C } from './c.ts';\n",
      'packages/plugin/src/c.ts': "import './a.ts';\nimport './item.ts';\n",
    });
    expect(found).toEqual(['packages/plugin/src/a.ts:1: circle of imports a.ts -> b.ts -> c.ts -> a.ts, expected no way back to the first']);
  });

  it('fails on a folder and on a package that have no place in the order', () => {
    expect(
      problems({ 'packages/core/src/helpers/one.ts': '', 'packages/core/src/helpers/two.ts': '', 'packages/new/package.json': manifest('@a/new') }),
    ).toEqual([
      'tools/house.json: packages/new has no place in the order, expected every package to have one',
      'packages/core/src/helpers: stands in no layer of tools/house.json, expected a folder or file that is listed there',
    ]);
  });

  it('fails on a place in the order that nothing has', () => {
    const stale = structuredClone(house);
    stale.packages[3].layers.push({ 'gone/': '' });
    expect(problems({}, stale)).toEqual(['tools/house.json: packages/core/src/gone/ does not exist, expected folders and files that do']);
  });

  it('fails on a deep import into another package, by name and by path', () => {
    const found = problems({
      'packages/plugin/src/item.ts': "import '@a/core/src/run/train.ts';\nimport '@a/core/run';\nimport '../../core/src/index.ts';\n",
    });
    expect(found).toEqual([
      'packages/plugin/src/item.ts:1: imports @a/core/src/run/train.ts, which @a/core does not publish, expected one of ., ./testing',
      'packages/plugin/src/item.ts:2: imports @a/core/run, which @a/core does not publish, expected one of ., ./testing',
      'packages/plugin/src/item.ts:3: imports the file packages/core/src/index.ts of another package, expected its published exports, by name',
    ]);
  });

  it('fails on a package that imports one beside it, one above it, or itself by name', () => {
    expect(problems({ 'packages/plugin/src/item.ts': "import '@a/other';\n", 'packages/core/src/run/up.ts': "import 'app';\nimport '@a/core';\n" })).toEqual([
      'packages/plugin/src/item.ts:1: packages/plugin imports packages/other, expected only packages/core',
      'packages/core/src/run/up.ts:1: packages/core imports packages/cli, expected no package of this workspace',
      'packages/core/src/run/up.ts:2: imports its own package by the name @a/core, expected a relative path',
    ]);
  });

  it('fails on a dependency in package.json that the order does not allow', () => {
    const dependencies = { '@a/core': '1', '@a/other': '1', elsewhere: '1' };
    expect(problems({ 'packages/plugin/package.json': { ...manifest('@a/plugin'), peerDependencies: dependencies } })).toEqual([
      'packages/plugin/package.json: packages/plugin depends on packages/other, expected only packages/core',
    ]);
  });

  it('fails on an order in which a package uses one above it', () => {
    const upside = structuredClone(house);
    upside.packages[3].uses = ['packages/plugin'];
    expect(problems({}, upside)).toEqual([
      'tools/house.json: packages/core uses packages/plugin, which does not stand below it, expected packages further down the list',
    ]);
  });

  it('knows exceptions, and fails on one that is not needed', () => {
    const excepted = { ...house, exceptions: [{ from: 'packages/plugin/src/item.ts', to: 'packages/core/src/run/train.ts', why: 'a test' }] };
    expect(problems({ 'packages/plugin/src/item.ts': "import '../../core/src/run/train.ts';\n" }, excepted)).toEqual([]);
    expect(problems({}, excepted)).toEqual([
      'tools/house.json: the exception from packages/plugin/src/item.ts to packages/core/src/run/train.ts is not needed, expected only those that are',
    ]);
  });
});

describe('the page', () => {
  it('shows the order in ARCHITECTURE.md, and fails where it shows another', () => {
    const root = writeTree(tree);
    const page = (order) => writeTree({ ...tree, 'ARCHITECTURE.md': `# Architecture\n<!-- house -->\n${renderMarkdown(root, order)}\n<!-- /house -->\n` });
    expect(renderMarkdown(root, house)).toContain('| `@a/core` | the trainer |');
    expect(renderMarkdown(root, house)).toContain('  callbacks/  hooks\n= losses/     losses\n  contracts/  types');
    expect(checkPage(page(house), house)).toEqual([]);
    const older = { packages: house.packages.slice(1) };
    expect(checkPage(page(older), house).map(renderProblem)).toEqual([
      'ARCHITECTURE.md:2: shows another order than tools/house.json, expected what tools/check-house.mjs --write puts there',
    ]);
    expect(checkPage(root, house)).toHaveLength(1);
  });

  it('counts files, lines and imports', () => {
    const table = renderTable(writeTree(tree), house).split('\n');
    expect(table).toContain('packages/core: 6 files, 8 lines, 6 imports, 0 of them from other packages');
    expect(table).toContain('   2 run/                        2 files, 3 lines          2 imports from other folders');
  });
});

it('writes the order between the markers and leaves the rest of the page', () => {
  const page = '# Architecture\n\n<!-- house -->\nold\n<!-- /house -->\n\nThe rest.\n';
  const root = writeTree({ ...tree, 'tools/house.json': house, 'ARCHITECTURE.md': page });
  expect(runCheck('check-house.mjs', root).status).toBe(1);
  expect(runCheck('check-house.mjs', root, '--write').status).toBe(0);
  expect(runCheck('check-house.mjs', root)).toEqual({ status: 0, stdout: '', stderr: '' });
  const written = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  expect(written.startsWith('# Architecture\n\n<!-- house -->\n| package |')).toBe(true);
  expect(written.endsWith('<!-- /house -->\n\nThe rest.\n')).toBe(true);
});

it('exits with 1 and names file, line and what is expected', () => {
  const root = writeTree({ ...tree, 'tools/house.json': house, 'packages/core/src/contracts/model.ts': "import '../run/train.ts';\n" });
  const { status, stderr } = runCheck('check-house.mjs', root);
  expect(status).toBe(1);
  expect(stderr).toContain('packages/core/src/contracts/model.ts:1: contracts/ imports run/train.ts');
});
