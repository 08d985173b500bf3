// npm run check:goldens -- <dir | file>: runs every case of the golden files in <dir> and in its subfolders (family/, two-domains/ ...) through the code
// that training uses, and prints the largest deviation of each (relative to the tensor's largest entry; metrics: absolute). A file is known by its name
// (optimizers.json, losses.json, metrics.json, resnet18.json; any in a folder models/) or, where it has another, by what it holds.
// Exits 1 past 1e-4 (networks: training passes 1e-3, gradient norms 2e-2; ResNet-18's norms: 2e-3), 2 where a file cannot be used. Default: ./goldens.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Catalogue, cannot, completeOptions, loadCatalogue, UserError } from '@gradalign/core';
import {
  type GoldenDeviation,
  goldenLossesFormat,
  goldenMetricsFormat,
  goldenOptimizersFormat,
  readGoldenFile,
  runGoldenLosses,
  runGoldenMetrics,
  runGoldenOptimizer,
} from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { type CreateNetwork, goldenNetworkFormat, goldenNetworkName, runGoldenNetwork } from '../packages/models/src/testing/golden-network.ts';

const tolerance = 1e-4;

/** One thing to run, under the name that an error needs. */
interface Job {
  readonly name: string;
  run(catalogue: Catalogue): readonly GoldenDeviation[];
}

/** One format of golden files. */
interface Format {
  /** The file's usual name. */
  readonly name: string;
  /** Whether a file of another name looks like one of these. */
  fits(content: Readonly<Record<string, unknown>>): boolean;
  /** Throws a UserError where the file does not fit the format. */
  jobs(path: string): readonly Job[];
}

const formats: readonly Format[] = [
  {
    name: 'optimizers.json',
    fits: ({ initial, batches }) => initial !== undefined && batches !== undefined,
    jobs(path) {
      const file = readGoldenFile(path, goldenOptimizersFormat);
      return file.cases.map((golden) => ({
        name: JSON.stringify(golden.optimizer),
        run: (catalogue) => [runGoldenOptimizer(file, golden, catalogue, completeOptions)],
      }));
    },
  },
  {
    name: 'losses.json',
    fits: ({ supcon, crossEntropy }) => supcon !== undefined && crossEntropy !== undefined,
    jobs(path) {
      const file = readGoldenFile(path, goldenLossesFormat);
      return [{ name: 'losses', run: (catalogue) => runGoldenLosses(file, catalogue, completeOptions) }];
    },
  },
  {
    name: 'metrics.json',
    fits: ({ cases }) => Array.isArray(cases) && typeof (cases[0] as { scores?: unknown } | undefined)?.scores === 'object',
    jobs(path) {
      const { cases } = readGoldenFile(path, goldenMetricsFormat);
      return cases.map((golden, i) => ({
        name: `metrics case ${i}`,
        run: (catalogue) => runGoldenMetrics({ cases: [golden] }, catalogue, completeOptions).map((one) => ({ ...one, name: `metrics case ${i}` })),
      }));
    },
  },
  {
    name: 'resnet18.json',
    fits: ({ evaluation, training, cases }) => evaluation !== undefined && training !== undefined && cases === undefined,
    jobs(path) {
      const file = readGoldenFile(path, goldenNetworkFormat);
      const name = goldenNetworkName(file);
      return [{ name, run: (catalogue) => runGoldenNetwork(file, (catalogue.find('model', name) as unknown as { create: CreateNetwork }).create) }];
    },
  },
];

/** Where the lines go. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** Checks a file or a folder, and returns the exit code. */
export async function checkGoldens(path: string, output: Output): Promise<number> {
  try {
    return await checkAll(path, output);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    output.err(error.message);
    return error.exitCode;
  }
}

async function checkAll(path: string, { out, err }: Output): Promise<number> {
  const known = filesIn(path).flatMap((file) => {
    const format = formatOf(file);
    if (!format) err(`skipping ${relative(path, file)}: it is of none of the formats ${formats.map(({ name }) => name).join(', ')}`);
    return format ? [{ file, format }] : [];
  });
  const files = known.map(({ file, format }) => ({ file, jobs: format.jobs(file) }));
  if (files.every(({ jobs }) => jobs.length === 0)) {
    const is = files.length === 0 ? `${path} holds none of ${formats.map(({ name }) => name).join(', ')}` : `${path} holds no case`;
    throw cannot('check goldens', is, 'at least one case to run', { exitCode: 2 });
  }
  await loadEngine({ notice: err });
  const catalogue = await loadCatalogue(['@gradalign/optimizers', '@gradalign/fas-gac', '@gradalign/models'], {
    resolveFrom: [new URL('../packages/cli/package.json', import.meta.url).href],
  });
  const counts = { cases: 0, failed: 0, unusable: 0 };
  for (const { file, jobs } of files) {
    out(relative(path, file) || basename(file));
    for (const job of jobs) {
      try {
        for (const result of largest(job.run(catalogue))) {
          counts.cases++;
          if (print(result, out)) counts.failed++;
        }
      } catch (error) {
        // Whatever a file's numbers cause is printed, and the other cases are run.
        counts.cases++;
        counts.unusable++;
        out(`ERROR ${job.name}\n      ${(error as Error).message}`);
      }
    }
  }
  out(`${counts.cases} cases, ${counts.failed} past the tolerance${counts.unusable > 0 ? `, ${counts.unusable} that cannot be run` : ''}`);
  return counts.unusable > 0 ? 2 : counts.failed > 0 ? 1 : 0;
}

/** The file itself, or the JSON files of a folder and of its subfolders, sorted; those of the folder come first. */
function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    throw cannot('check goldens', `there is no file or folder ${path}`, `a folder with ${formats.map(({ name }) => name).join(', ')}`, { exitCode: 2 });
  if (found.isFile()) return [path];
  const list = (folder: string) =>
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  // A link that leads nowhere has no kind.
  const is = (entry: string, kind: 'isFile' | 'isDirectory') => statSync(entry, { throwIfNoEntry: false })?.[kind]() ?? false;
  const entries = list(path);
  const inside = entries.filter((entry) => is(entry, 'isDirectory')).flatMap(list);
  return [...entries, ...inside].filter((entry) => entry.endsWith('.json') && is(entry, 'isFile'));
}

function formatOf(file: string): Format | undefined {
  // `optimizers-of-mine.json` too.
  const named = formats.find(({ name }) => basename(file).includes(basename(name, '.json')));
  if (named) return named;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw cannot(`read ${file}`, (error as Error).message, 'JSON', { exitCode: 2, cause: error });
  }
  if (typeof content !== 'object' || content === null) return undefined;
  return formats.find(({ fits }) => fits(content as Readonly<Record<string, unknown>>));
}

/** Of the values of one name and tolerance, the one that is furthest off. */
function largest(results: readonly GoldenDeviation[]): GoldenDeviation[] {
  const worst = new Map<string, GoldenDeviation>();
  for (const result of results) {
    const key = `${result.name}, ${result.tolerance ?? tolerance}`;
    const other = worst.get(key);
    if (!other || !(result.deviation <= other.deviation)) worst.set(key, result);
  }
  return [...worst.values()];
}

/** True where it is past the tolerance. */
function print({ name, deviation, where, byKind = {}, tolerance: own = tolerance }: GoldenDeviation, out: Output['out']): boolean {
  const bad = !(deviation <= own);
  const kinds = Object.entries(byKind).map(([kind, value]) => `${kind} ${value.toExponential(1)}`);
  out(`${bad ? 'FAIL ' : 'ok   '} ${deviation.toExponential(2)} ${where.padEnd(22)} ${name}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`);
  return bad;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await checkGoldens(resolve(process.env['INIT_CWD'] ?? '.', process.argv[2] ?? 'goldens'), { out: console.log, err: console.error });
