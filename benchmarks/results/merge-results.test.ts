import { expect, it } from 'vitest';
import { mergeResults } from './merge-results.ts';
import type { BenchmarkDefinition, ResultsStudy } from './study-definition.ts';
import type { BenchmarkResults, StudyResults } from './study-results.ts';

const benchmark = (title: string) => ({ title, leaveOut: ['a'], methods: {}, figures: [] }) as unknown as BenchmarkDefinition;
const full: ResultsStudy = {
  seeds: [0, 1],
  search: { trials: 2, seed: 1000 },
  sharpness: { samples: 1, rho: 0.1, directions: 1, ascentSteps: 1 },
  benchmarks: { digits: benchmark('Digits'), faces: benchmark('Faces'), pretrained: benchmark('Pretrained') },
};

/** Results of these benchmarks as the study of `of` defines them; `epochs` tells whose they are. */
function results(names: readonly string[], epochs: number, of: ResultsStudy = full): StudyResults {
  const benchmarks = Object.fromEntries(names.map((name) => [name, of.benchmarks[name] as BenchmarkDefinition]));
  const own = { network: { epochs }, cells: [] } as unknown as BenchmarkResults;
  return {
    study: { ...of, benchmarks },
    benchmarks: Object.fromEntries(names.map((name) => [name, own])),
    machine: { cpu: '', cores: 2, engine: '', node: '' },
  };
}
const epochs = ({ benchmarks }: StudyResults) => Object.entries(benchmarks).map(([name, { network }]) => [name, network.epochs]);
const fromJson = (value: StudyResults) => JSON.parse(JSON.stringify(value)) as StudyResults;

it('a part joins the parts that are stored, in the order of the study, and what no part has is named', () => {
  const merged = mergeResults(full, results(['digits'], 2), fromJson(results(['faces'], 1)));
  expect(epochs(merged)).toEqual([
    ['digits', 2],
    ['faces', 1],
  ]);
  expect(Object.keys(merged.study.benchmarks)).toEqual(['digits', 'faces']);
  expect(merged.study.without).toEqual(['Pretrained']);
});

it('a part that was run again replaces what was stored of it; when all are there none is named as missing', () => {
  const stored = fromJson({ ...results(['digits', 'faces'], 1), study: { ...results(['digits', 'faces'], 1).study, without: ['Pretrained'] } });
  const merged = mergeResults(full, results(['digits', 'pretrained'], 2), stored);
  expect(epochs(merged)).toEqual([
    ['digits', 2],
    ['faces', 1],
    ['pretrained', 2],
  ]);
  expect(merged.study.without).toBeUndefined();
});

it('a stored part of another definition, of other seeds or of other trials is dropped', () => {
  const changed = { ...full, benchmarks: { ...full.benchmarks, faces: { ...benchmark('Faces'), leaveOut: ['b'] } } };
  for (const other of [changed, { ...full, seeds: [0] }, { ...full, search: { trials: 3, seed: 1000 } }]) {
    const merged = mergeResults(full, results(['digits'], 2), fromJson(results(['faces'], 1, other)));
    expect(epochs(merged)).toEqual([['digits', 2]]);
    expect(merged.study.without).toEqual(['Faces', 'Pretrained']);
  }
});

it('nothing stored: the part alone', () => {
  expect(epochs(mergeResults(full, results(['faces'], 3), undefined))).toEqual([['faces', 3]]);
});
