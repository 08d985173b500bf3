import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { checkGoldens } from './check-goldens.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

const family = JSON.parse(readFileSync(join(root, 'goldens/family/optimizers.json'), 'utf8'));
/** The reference file of the family with its first case alone, changed. */
const one = (change = () => {}) => {
  const file = structuredClone({ ...family, cases: family.cases.slice(0, 1) });
  change(file);
  return JSON.stringify(file);
};

/** A new folder with these files. */
function folderWith(files) {
  const folder = mkdtempSync(join(tmpdir(), 'goldens-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Runs the check on a new folder with these files, in this process. */
async function check(files, at = '.') {
  const folder = folderWith(files);
  const lines = { out: '', err: '' };
  const status = await checkGoldens(join(folder, at), { out: (line) => (lines.out += `${line}\n`), err: (line) => (lines.err += `${line}\n`) });
  return { status, stdout: lines.out, stderr: lines.err.replaceAll(folder, '<dir>') };
}

it('runs the files of a folder, of its subfolders, and files of another name that hold the same', async () => {
  const { status, stdout, stderr } = await check({
    'optimizers.json': one(),
    'family/optimizers.json': one(),
    'family/later.json': one(),
    'family/README.md': 'no golden file',
    'other/settings.json': '{"a": 1}',
  });
  expect(stdout.match(/^\S+\.json$/gm)).toEqual(['optimizers.json', 'family/later.json', 'family/optimizers.json']);
  expect(stdout).toContain('3 cases, 0 past the tolerance');
  expect(stderr).toContain('skipping other/settings.json: it is of none of the formats optimizers.json');
  expect(status).toBe(0);
});

it('exits 1 where a number is off by 1e-3 of the largest of its tensor, and says which', async () => {
  const off = one(({ cases }) => {
    const { data } = cases[0].parameters['head/kernel'];
    data[0] += 1e-3 * Math.max(...data.map(Math.abs));
  });
  const { status, stdout } = await check({ 'family/optimizers.json': off }, 'family');
  expect(stdout).toMatch(/^FAIL {2}1\.00e-3 head\/kernel +\{"use":"sam-by-domain"/m);
  expect(stdout).toContain('1 cases, 1 past the tolerance');
  expect(status).toBe(1);
});

it('runs the other cases where one cannot be run, and exits 2', async () => {
  const unknown = one(({ cases }) => {
    cases.push(structuredClone(cases[0]), structuredClone(cases[0]));
    cases[0].optimizer.use = 'sam-by-domian';
    cases[1].optimizer.rho = -1;
  });
  const { status, stdout } = await check({ 'optimizers.json': unknown });
  expect(stdout).toMatch(/ERROR \{"use":"sam-by-domian".*\n.*did you mean 'sam-by-domain'/);
  expect(stdout).toMatch(/ERROR .*\n.*Cannot make optimizer 'sam-by-domain': options\/rho must be >= 0/);
  expect(stdout).toContain('3 cases, 0 past the tolerance, 2 that cannot be run');
  expect(status).toBe(2);
});

it.each([
  ['no JSON', { 'family/optimizers.json': one().slice(0, 900) }, 'Cannot read <dir>/family/optimizers.json: '],
  ['no JSON under another name', { 'later.json': '{' }, 'Cannot read <dir>/later.json: '],
  ['JSON of another kind', { 'optimizers.json': '[]' }, 'Cannot read <dir>/optimizers.json: the content must be object, expected the format'],
  [
    'a tensor with a number too few',
    { 'optimizers.json': one(({ cases }) => cases[0].parameters['bn1/beta'].data.pop()) },
    'Cannot read <dir>/optimizers.json: /cases/0/parameters/bn1/beta has shape [4] and 3 numbers',
  ],
  ['a number that is text', { 'optimizers.json': one((file) => (file.cases[0].losses[1] = '1.2')) }, '/cases/0/losses/1 must be number'],
  ['no weight to start from', { 'optimizers.json': one((file) => delete file.initial.parameters['head/kernel']) }, "must have required property 'head/kernel'"],
  ['a case that states nothing', { 'optimizers.json': one((file) => (file.cases[0].losses = [])) }, '/cases/0/losses must NOT have fewer than 1 items'],
  ['no case', { 'optimizers.json': one((file) => (file.cases = [])) }, 'Cannot check goldens: <dir> holds no case, expected at least one case to run'],
  ['no golden file', { 'README.md': '' }, 'Cannot check goldens: <dir> holds none of optimizers.json, losses.json'],
])('refuses a folder with %s, with exit code 2 and no stack', async (_, files, message) => {
  const { status, stdout, stderr } = await check(files);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

it('refuses a folder that is not there', async () => {
  const { status, stderr } = await check({ 'README.md': '' }, 'nowhere');
  expect(stderr).toContain('Cannot check goldens: there is no file or folder <dir>/nowhere');
  expect(status).toBe(2);
});

it('as a process ends with the exit code: a broken file gives one line and no stack', () => {
  const args = ['--conditions=@gradalign/source', '--import', 'tsx', join(root, 'tools/check-goldens.ts'), folderWith({ 'optimizers.json': '[]' })];
  const { INIT_CWD: _, ...env } = process.env;
  expect(spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Cannot read [^\n]+\n$/),
  });
});

it('says which labels a file has that its network cannot tell apart', async () => {
  const { status, stdout } = await check({ 'optimizers.json': one(({ batches }) => (batches[0].labels[0] = 2)) });
  expect(stdout).toMatch(/Cannot make a golden batch: it has \d+ images, the labels 2, .*, expected 2 views of each label, labels 0 to 1 and domains 0 to 2/);
  expect(status).toBe(2);
});
