import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderPage } from './render-page.ts';
import type { FigureDefinition } from './study-definition.ts';
import type { StudyResults } from './study-results.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const results = JSON.parse(read('results.json')) as StudyResults;

it('docs/results.md is what docs/results.json gives: npm run study:results -- --render writes it again', () => {
  expect(renderPage(results)).toBe(read('results.md'));
});

it('every cell of the stored study has each of its seeds once, or says that it diverged', () => {
  for (const { cells } of Object.values(results.benchmarks)) {
    for (const { runs, diverged } of cells) expect([...runs.map(({ seed }) => seed), ...diverged].sort()).toEqual([...results.study.seeds]);
  }
});

it('a difference is bold and in words only where its interval leaves out 0: 10 points in every seed are, 10 in one of two are not', () => {
  const [[name, benchmark] = []] = Object.entries(results.study.benchmarks);
  const own = results.benchmarks[name as string];
  if (!benchmark || !own) throw new Error('docs/results.json holds no benchmark');
  const figure = benchmark.figures[0]?.name as string;
  const [baseline, other] = Object.keys(benchmark.methods);
  const better = benchmark.figures[0]?.better === 'higher' ? 0.1 : -0.1;
  const page = (gain: (seed: number) => number) =>
    renderPage({
      ...results,
      study: { ...results.study, benchmarks: { [name as string]: benchmark } },
      benchmarks: {
        [name as string]: {
          ...own,
          cells: own.cells
            .filter(({ method }) => method === baseline || method === other)
            .map((cell) => ({
              ...cell,
              runs: cell.runs.slice(0, 2).map((run) => ({ ...run, figures: { ...run.figures, [figure]: 0.5 + (cell.method === other ? gain(run.seed) : 0) } })),
            })),
        },
      },
    });
  const sign = better > 0 ? '+10.0' : '-10.0';
  expect(page(() => better)).toContain(`**${sign} ± 0.0** better`);
  expect(page((seed) => (seed === 0 ? better : 0))).toContain(better > 0 ? '| +5.0 ± 63.5 |' : '| -5.0 ± 63.5 |');
});

it('a method that is 10 points above another in every seed is that in the comparisons too, and a benchmark without sharpness has no table of it', () => {
  const [[name = '', benchmark] = []] = Object.entries(results.study.benchmarks);
  const own = results.benchmarks[name];
  if (!benchmark || !own) throw new Error('docs/results.json holds no benchmark');
  const { name: figure, better } = benchmark.figures[0] as FigureDefinition;
  const methods = Object.fromEntries(['base', 'first', 'second'].map((method) => [method, { title: method, set: {}, search: {} }]));
  const value = { base: 0.2, first: 0.5, second: 0.4 };
  const cells = benchmark.leaveOut.flatMap((target) =>
    Object.entries(value).map(([method, share]) => ({
      target,
      method,
      chosen: { settings: {}, figure: 0.5, trials: 1, diverged: 0 },
      runs: [0, 1].map((seed) => ({ seed, figures: Object.fromEntries(benchmark.figures.map((each) => [each.name, share])), heldOut: 0.5, steps: { erm: 1 } })),
      diverged: [],
    })),
  );
  const page = renderPage({
    ...results,
    study: { ...results.study, comparisons: [{ method: 'first', to: 'second' }], benchmarks: { [name]: { ...benchmark, sharpness: false, methods } } },
    benchmarks: { [name]: { ...own, cost: { run: {}, sharpness: 0 }, cells } },
  });
  expect(page).toContain(`| ${benchmark.title} | first minus second | ${figure} | **+10.0 ± 0.0** ${better === 'higher' ? 'better' : 'worse'} |`);
  expect(page).not.toMatch(/Sharpness|eigenvalue of the Hessian|NaN|undefined/);
});
