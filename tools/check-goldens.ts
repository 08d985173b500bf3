// npm run check:goldens -- <dir>: runs every case of <dir>/optimizers.json and losses.json through the code that training uses,
// prints the largest deviation of each (relative to the tensor's largest entry), and exits 1 past 1e-4. Default: ./goldens.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeOptions, loadCatalogue } from '@gradalign/core';
import { type GoldenOptimizers, runGoldenLosses, runGoldenMetrics, runGoldenOptimizer } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';

const tolerance = 1e-4;
const folder = process.argv[2] ?? 'goldens';
const known = ['optimizers.json', 'losses.json', 'metrics.json'];

function read<T>(name: string): T | undefined {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    console.error(`Cannot read ${path}: ${(error as Error).message}, expected JSON`);
    process.exit(2);
  }
}

if (!known.some((name) => existsSync(join(folder, name)))) {
  console.error(`Cannot check ${folder}: it holds none of ${known.join(', ')}, expected at least one`);
  process.exit(2);
}
await loadEngine({ notice: (message) => console.error(message) });
const catalogue = await loadCatalogue(['@gradalign/optimizers', '@gradalign/fas-gac'], {
  resolveFrom: [new URL('../packages/cli/package.json', import.meta.url).href],
});
const optimizers = read<GoldenOptimizers>('optimizers.json');
const losses = read<Parameters<typeof runGoldenLosses>[0]>('losses.json');
const metrics = read<Parameters<typeof runGoldenMetrics>[0]>('metrics.json');
const results = [
  ...(optimizers?.cases.map((golden) => runGoldenOptimizer(optimizers, golden, catalogue, completeOptions)) ?? []),
  ...(losses ? runGoldenLosses(losses, catalogue, completeOptions) : []),
  ...(metrics ? runGoldenMetrics(metrics, catalogue, completeOptions) : []),
];
let failed = 0;
for (const { name, deviation, where } of results) {
  const bad = !(deviation <= tolerance);
  if (bad) failed++;
  console.log(`${bad ? 'FAIL' : 'ok  '} ${deviation.toExponential(2)} ${where.padEnd(22)} ${name}`);
}
console.log(`${results.length} cases, ${failed} past ${tolerance}`);
process.exitCode = failed > 0 ? 1 : 0;
