import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Dataset } from '../../contracts/dataset.ts';
import { UserError } from '../../contracts/errors.ts';
import { fingerprintSamples } from '../../data/fingerprint-samples.ts';
import { expectThat } from '../take-step.ts';
import { type DatasetCheck, type DatasetSetting, describedSamples, fileOf, firstFileOf, told } from './setting.ts';

/** What a data set does with its folder. */
export function datasetFolderChecks(setting: DatasetSetting): DatasetCheck[] {
  const check = (name: string, body: (setting: DatasetSetting, root: string, base: string) => Promise<void>): DatasetCheck => ({
    name,
    run: () => setting.inFolder((root, base) => body(setting, root, base)),
  });
  return [
    check('gives files that are there, below the root, and leaves the folder as it is', givesFiles),
    check('gives the same samples and fingerprint when its folder is moved, and by a relative path', moves),
    check('gives another fingerprint when a file has other content', noticesContent),
    check('gives no sample of a file that is missing, and tells it where a list names it', tellsMissing),
    check('follows no link out of its folder, and says so', staysInside),
    check('tells what it leaves out, and keeps the rest', tellsLeftOut),
    check('refuses a root that is missing, a file, empty, or of something else, by its path', refusesRoots),
  ];
}

async function givesFiles({ open }: DatasetSetting, root: string): Promise<void> {
  const before = listing(root);
  const dataset = await open(root);
  for (const sample of dataset.samples) {
    const file = fileOf(sample);
    if (file === undefined) continue;
    expectThat(existsSync(file), `sample '${sample.id}' comes from ${file}, which is not there`);
    expectThat(statSync(file).size > 0, `sample '${sample.id}' comes from ${file}, which is empty`);
    expectThat(isBelow(file, root), `sample '${sample.id}' comes from ${file}, expected a file below ${root}`);
  }
  expectThat(listing(root) === before, 'reading it changes its folder, expected the files as they were');
}

async function moves({ open }: DatasetSetting, root: string, base: string): Promise<void> {
  const here = await open(root);
  const described = describedSamples(here).join('\n');
  const print = fingerprintOf(here);
  const near = await open(relative(process.cwd(), root));
  expectThat(describedSamples(near).join('\n') === described, 'by a relative path it gives other samples, expected the same');
  const elsewhere = join(base, 'elsewhere');
  renameSync(root, elsewhere);
  const there = await open(elsewhere);
  expectThat(describedSamples(there).join('\n') === described, 'in another folder it gives other samples, expected the same ids, labels, splits and subjects');
  expectThat(fingerprintOf(there) === print, 'in another folder it has another fingerprint, expected the same');
}

async function noticesContent({ open }: DatasetSetting, root: string): Promise<void> {
  const before = await open(root);
  const print = fingerprintOf(before);
  const file = firstFileOf(before);
  const other = Buffer.concat([readFileSync(file), Buffer.from([0])]);
  // It may be a link to a file of others.
  rmSync(file);
  writeFileSync(file, other);
  expectThat(fingerprintOf(await open(root)) !== print, `with another ${basename(file)} it has the same fingerprint, expected another`);
}

async function tellsMissing({ open, listed = false }: DatasetSetting, root: string): Promise<void> {
  const before = await open(root);
  const file = firstFileOf(before);
  rmSync(file);
  const after = await openOrError(open, root);
  if (after instanceof UserError) return;
  const ghost = after.samples.find((sample) => fileOf(sample) === file);
  expectThat(ghost === undefined, `it still gives sample '${ghost?.id}' of ${basename(file)}, which is missing`);
  expectThat(!listed || told(after) !== told(before), `it says nothing of ${basename(file)}, which a list names and the disk lacks`);
}

async function staysInside({ open }: DatasetSetting, root: string, base: string): Promise<void> {
  const before = await open(root);
  const file = firstFileOf(before);
  const outside = join(base, 'outside');
  mkdirSync(outside);
  renameSync(file, join(outside, basename(file)));
  symlinkSync(join(outside, basename(file)), file);
  const after = await openOrError(open, root);
  if (after instanceof UserError) return;
  const escaped = after.samples.find((sample) => !isBelow(fileOf(sample) ?? root, root));
  expectThat(escaped === undefined, `sample '${escaped?.id}' is read through a link that leads out of the folder`);
  expectThat(told(after) !== told(before), `it says nothing of ${basename(file)}, a link that leads out of the folder`);
}

async function tellsLeftOut(setting: DatasetSetting, root: string, base: string): Promise<void> {
  for (const [i, { change, kind }] of (setting.leavesOut ?? []).entries()) {
    const copy = join(base, `copy${i}`);
    cpSync(root, copy, { recursive: true });
    change(copy);
    const { samples, notes } = await setting.open(copy);
    const kinds = (notes?.leftOut ?? []).map((one) => one.kind);
    expectThat(kinds.includes(kind), `after change ${i} it tells [${kinds.join(', ')}] as left out, expected '${kind}' among them`);
    expectThat(samples.length > 0, `after change ${i} it gives no samples, expected the others`);
  }
}

async function refusesRoots(setting: DatasetSetting, _root: string, base: string): Promise<void> {
  const [empty, other, file, nowhere] = ['empty', 'other', 'file.txt', 'nowhere'].map((name) => join(base, name)) as [string, string, string, string];
  mkdirSync(empty);
  mkdirSync(join(other, 'holiday'), { recursive: true });
  for (const path of [join(other, 'holiday', 'notes.txt'), file]) writeFileSync(path, 'something else\n');
  for (const [where, is] of [
    [nowhere, 'missing'],
    [file, 'a file'],
    [empty, 'empty'],
    [other, 'of something else'],
  ] as const) {
    const opened = await openOrError(setting.open, where);
    if (!(opened instanceof UserError)) throw new Error(`of a root that is ${is} it gives ${opened.samples.length} samples, expected a UserError`);
    expectThat(opened.message.includes(where), `of a root that is ${is} it says '${opened.message}', expected the path ${where} in it`);
  }
}

/** The error only if it is for users: any other is thrown. */
async function openOrError(open: DatasetSetting['open'], root: string): Promise<Dataset | UserError> {
  try {
    return await open(root);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function fingerprintOf({ samples, classes }: Dataset): string {
  return fingerprintSamples(samples, classes).fingerprint;
}

function isBelow(path: string, root: string): boolean {
  const real = realpathSync(root);
  const found = realpathSync(path);
  return found === real || found.startsWith(`${real}${sep}`);
}

/** Names and sizes of everything below a folder. */
function listing(folder: string): string {
  return readdirSync(folder, { recursive: true })
    .map((name) => `${name} ${statSync(join(folder, String(name))).size}`)
    .sort()
    .join('\n');
}
