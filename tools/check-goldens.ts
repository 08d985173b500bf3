// npm run check:goldens -- <dir>: runs every case of <dir>/optimizers.json, losses.json, metrics.json, resnet18.json and models/*.json, those that are there,
// through the code that training uses, and prints the largest deviation of each (relative to the tensor's largest entry; metrics: absolute).
// Exits 1 past 1e-4 (networks: training passes 1e-3, gradient norms 2e-2; ResNet-18's norms: 2e-3), 2 where a file cannot be used. Default: ./goldens.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

/** The jobs of one file; throws a UserError where it does not fit its format. */
const files: Readonly<Record<string, (path: string) => readonly Job[]>> = {
  'optimizers.json': (path) => {
    const file = readGoldenFile(path, goldenOptimizersFormat);
    return file.cases.map((golden) => ({
      name: JSON.stringify(golden.optimizer),
      run: (catalogue) => [runGoldenOptimizer(file, golden, catalogue, completeOptions)],
    }));
  },
  'losses.json': (path) => {
    const file = readGoldenFile(path, goldenLossesFormat);
    return [{ name: 'losses', run: (catalogue) => runGoldenLosses(file, catalogue, completeOptions) }];
  },
  'metrics.json': (path) => {
    const { cases } = readGoldenFile(path, goldenMetricsFormat);
    return cases.map((golden, i) => ({
      name: `metrics case ${i}`,
      run: (catalogue) => runGoldenMetrics({ cases: [golden] }, catalogue, completeOptions).map((one) => ({ ...one, name: `metrics case ${i}` })),
    }));
  },
  'resnet18.json': network,
};

/** A published network, of which a folder `models` may hold any number. */
function network(path: string): readonly Job[] {
  const file = readGoldenFile(path, goldenNetworkFormat);
  const name = goldenNetworkName(file);
  return [{ name, run: (catalogue) => runGoldenNetwork(file, (catalogue.find('model', name) as unknown as { create: CreateNetwork }).create) }];
}

/** The files in `folder` that can be run, by name, `models/*.json` among them. */
function filesIn(folder: string): readonly string[] {
  const models = join(folder, 'models');
  const networks = existsSync(models) ? readdirSync(models).filter((name) => name.endsWith('.json')) : [];
  return [...Object.keys(files).filter((name) => existsSync(join(folder, name))), ...networks.sort().map((name) => `models/${name}`)];
}

async function main(folder: string): Promise<number> {
  const found = filesIn(folder);
  if (found.length === 0) {
    const is = existsSync(folder) ? `${folder} holds none of ${[...Object.keys(files), 'models/*.json'].join(', ')}` : `there is no folder ${folder}`;
    throw cannot('check goldens', is, 'a folder with at least one of them', { exitCode: 2 });
  }
  const jobs = found.flatMap((name) => (files[name] ?? network)(join(folder, name)));
  await loadEngine({ notice: (message) => console.error(message) });
  const catalogue = await loadCatalogue(['@gradalign/optimizers', '@gradalign/fas-gac', '@gradalign/models'], {
    resolveFrom: [new URL('../packages/cli/package.json', import.meta.url).href],
  });
  const counts = { cases: 0, failed: 0, unusable: 0 };
  for (const job of jobs) {
    try {
      for (const result of largest(job.run(catalogue))) {
        counts.cases++;
        if (print(result)) counts.failed++;
      }
    } catch (error) {
      // Whatever a file's numbers bring about is said, and the other cases are run.
      counts.cases++;
      counts.unusable++;
      console.log(`ERROR ${job.name}\n      ${(error as Error).message}`);
    }
  }
  console.log(`${counts.cases} cases, ${counts.failed} past the tolerance${counts.unusable > 0 ? `, ${counts.unusable} that cannot be run` : ''}`);
  return counts.unusable > 0 ? 2 : counts.failed > 0 ? 1 : 0;
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
function print({ name, deviation, where, byKind = {}, tolerance: own = tolerance }: GoldenDeviation): boolean {
  const bad = !(deviation <= own);
  const kinds = Object.entries(byKind).map(([kind, value]) => `${kind} ${value.toExponential(1)}`);
  console.log(`${bad ? 'FAIL ' : 'ok   '} ${deviation.toExponential(2)} ${where.padEnd(22)} ${name}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`);
  return bad;
}

try {
  process.exitCode = await main(resolve(process.env['INIT_CWD'] ?? '.', process.argv[2] ?? 'goldens'));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
