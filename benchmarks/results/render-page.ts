import { markdownTable } from './markdown-table.ts';
import { intervalOf, meanBySeed, pairedDifference, type Quantity, side } from './paired-statistics.ts';
import { renderBenchmark } from './render-benchmark.ts';
import { renderComparisons } from './render-comparisons.ts';
import { overSources, scaleFree } from './render-sharpness.ts';
import { percent, significant } from './show-figures.ts';
import type { BenchmarkDefinition, SearchRange } from './study-definition.ts';
import type { BenchmarkResults, StudyResults } from './study-results.ts';

/** `docs/results.md`: a function of the results alone, so that it can be made again from `docs/results.json`. */
export function renderPage(results: StudyResults): string {
  const { study, benchmarks } = results;
  const parts = Object.entries(study.benchmarks).map(([name, benchmark]) => ({ benchmark, own: benchmarks[name] as BenchmarkResults }));
  const methods = new Set(parts.flatMap(({ benchmark }) => Object.values(benchmark.methods).map(({ title }) => title)));
  return `${[
    '# Does it do what it claims?',
    '<!-- Made by npm run study:results from docs/results.json. -->',
    `Methods (${[...methods].join('; ')}) on ${parts.map(({ benchmark }) => benchmark.title).join(', ')}: small or synthetic tasks. They show whether the methods behave as described at a size that two cores train in a minute. They say nothing about real faces, about the published networks and recipes, or about which method is better in the field: see [what cannot be concluded](#what-cannot-be-concluded).`,
    ...(study.without ? [`**Not run for this page: ${study.without.join(', ')}.** \`npm run study:results\` adds what is missing.`] : []),
    ...parts.map(({ benchmark, own }) => summary(benchmark, own)),
    renderComparisons(results),
    renderProtocol(results),
    ...parts.map(({ benchmark, own }) => renderBenchmark(study, benchmark, own)),
    renderLimits(results),
    renderCost(results),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** A line for each figure and one for the sharpness, whichever way they fell. */
function summary(benchmark: BenchmarkDefinition, results: BenchmarkResults): string {
  const { title, figures, methods, leaveOut, sharpness } = benchmark;
  const lines = [
    ...figures.map(({ name, better }) =>
      differences(benchmark, results, {
        name: `${name}, percent`,
        quantity: (run) => run.figures[name] as number,
        number: percent,
        words: better === 'higher' ? ['better', 'worse'] : ['worse', 'better'],
      }),
    ),
    ...(sharpness === false ? [] : sharpnessLines(benchmark, results)),
  ];
  const [baseline = ''] = Object.keys(methods);
  return `**${title}**, mean over ${leaveOut.length} left-out domains, differences to ${methods[baseline]?.title} with 95 % intervals, paired by seed:\n\n${lines.join('\n')}`;
}

function sharpnessLines(benchmark: BenchmarkDefinition, results: BenchmarkResults): string[] {
  const shared = { number: significant, words: ['sharper', 'flatter'] } as const;
  return [
    differences(benchmark, results, {
      ...shared,
      name: 'largest eigenvalue of the Hessian on the sources',
      quantity: overSources(({ eigenvalue }) => eigenvalue),
    }),
    differences(benchmark, results, { ...shared, name: 'the same times ‖θ‖², which larger weights alone do not lower', quantity: scaleFree }),
  ];
}

interface SummaryLine {
  readonly name: string;
  readonly quantity: Quantity;
  number(value: number): string;
  /** Where the interval lies above 0, and below. */
  readonly words: readonly [above: string, below: string];
}

function differences({ methods, leaveOut }: BenchmarkDefinition, results: BenchmarkResults, { name, quantity, number, words }: SummaryLine): string {
  const [baseline = '', ...others] = Object.keys(methods);
  const values = (method: string) => meanBySeed(results, method, leaveOut, quantity);
  const base = intervalOf(values(baseline));
  const parts = others.map((method) => {
    const difference = pairedDifference(values(method), values(baseline));
    if (!difference) return `${methods[method]?.title} not measured`;
    const spread = difference.half95 === undefined ? '' : ` ± ${number(difference.half95)}`;
    const word = { above: words[0], below: words[1], unclear: 'no difference that these seeds show' }[side(difference)];
    return `${methods[method]?.title} ${difference.mean < 0 ? '' : '+'}${number(difference.mean)}${spread} (${word})`;
  });
  return `- ${name}: ${methods[baseline]?.title} ${base ? number(base.mean) : '-'}; ${parts.join('; ')}.`;
}

function renderProtocol({ study }: StudyResults): string {
  const { search, seeds } = study;
  const about = study.about ? ` ${study.about}` : '';
  const leftOut = Object.values(study.benchmarks)
    .map(({ title, leaveOut }) => `${title}: ${leaveOut.join(', ')}`)
    .join('; ');
  const spaces = Object.values(study.benchmarks).flatMap(({ title, methods }) =>
    Object.values(methods).map((method) => [
      title,
      method.title,
      Object.entries(method.search)
        .map(([path, range]) => rangeOf(path, range))
        .join(', '),
    ]),
  );
  return [
    '## How it was done',
    `One domain is left out at a time (${leftOut}). For each left-out domain and each method, ${search.trials} trials draw settings (Latin hypercube on logarithmic ranges, below) and train as long as the reported runs do, on seed ${search.seed}. A trial's experiment names no target: the left-out domain is not read. The trial with the best figure on the held-out share of the SOURCE domains gives the settings; then seeds ${seeds.join(', ')} are trained with them and tested on the domain left out. All methods have the same number of trials, the same steps, the same seeds (initial weights, order of batches, held-out share); a step of SAM and SAGM costs about twice, a step of GAC-FAS (1 + k forwards, 2k + 1 backwards for k sources) several times one of ERM.${about} Learning rates fall along a cosine to zero; SGD with momentum 0.9, weight decay 1e-4 where it is not searched. The last weights are used, no checkpoint is picked.`,
    markdownTable(['benchmark', 'method', 'searched'], spaces),
    `Intervals are Student's t over ${seeds.length} seeds. The seeds vary initial weights, batches and held-out share; not the data, and not the trials: the uncertainty of the choice is not in them.`,
  ].join('\n\n');
}

function rangeOf(path: string, { from, to }: SearchRange): string {
  return `${path.slice(path.lastIndexOf('.') + 1)} ${from} to ${to}`;
}

function renderLimits({ study }: StudyResults): string {
  const { comparisons = [] } = study;
  const intervals = Object.values(study.benchmarks).reduce(
    (sum, { figures, leaveOut, methods }) => sum + figures.length * ((leaveOut.length + 1) * (Object.keys(methods).length - 1) + comparisons.length),
    0,
  );
  return [
    '## What cannot be concluded',
    [
      '- Nothing about real faces: the recapture benchmark is rendered, its attacks and cameras are models of ours, its pictures have at most a seventh of the pixels of a published input. Rotated MNIST has neither faces nor attacks.',
      '- Nothing about the published recipe: no ResNet-18, no contrastive loss, no 256 x 256 crops, a fraction of the steps; where weights of ImageNet are the start, they are those of another network.',
      `- Not that a method is better or worse in general: ${study.search.trials} trials for two or three settings each, one seed a trial, and settings chosen on a few hundred held-out images. A larger search may turn signs around.`,
      `- Not each bold entry by itself: of ${intervals} differences of target figures about ${Math.round(0.05 * intervals)} would be bold by chance alone, were there no difference at all. The rows of means are the ones to read.`,
      '- Not that flatter is better: eigenvalues and losses at a distance depend on the size of the weights and on the training loss, which differ between methods (both are in the tables); settings differ too.',
      '- Equal steps are not equal time: ERM could take several times as many steps in the time of GAC-FAS.',
    ].join('\n'),
  ].join('\n\n');
}

function renderCost({ benchmarks, machine, study }: StudyResults): string {
  const rows = Object.entries(study.benchmarks).flatMap(([name, { title, methods, leaveOut }]) => {
    const { run, sharpness } = (benchmarks[name] as BenchmarkResults).cost;
    const [trials, runs] = [leaveOut.length * study.search.trials, leaveOut.length * study.seeds.length];
    return Object.keys(methods).map((method) => {
      const seconds = run[method] ?? 0;
      return {
        cells: [title, methods[method]?.title ?? method, seconds.toFixed(1), String(trials), String(runs)],
        total: (trials + runs) * seconds + runs * sharpness,
      };
    });
  });
  const measured = Object.values(benchmarks).some(({ cost }) => cost.sharpness > 0);
  const total = rows.reduce((sum, row) => sum + row.total, 0) / 60;
  return [
    '## Make it again',
    '```\nnpm run study:results                       # from nothing to this page; goes on where it was interrupted, reuses finished runs\nnpm run study:results -- --only recapture   # one part; those of the page that are as the study says today stay\nnpm run study:results -- --render           # this page from docs/results.json\n```',
    `Processor time, measured over the reported runs on a machine that was busy with other work (which makes each second do less); trials take as many steps as runs. ${measured ? 'With the measurements of sharpness ' : ''}${total.toFixed(0)} minutes of one core in all: about ${(total / 2).toFixed(0)} minutes on 2 cores.`,
    markdownTable(
      ['benchmark', 'method', 'seconds a run', 'trials', 'runs'],
      rows.map(({ cells }) => cells),
    ),
    `${machine.cpu}, ${machine.cores} cores; ${machine.engine}, one engine thread a process; Node ${machine.node}. Results do not depend on the number of processes or on the load; another processor or engine version rounds differently, and training carries that on.`,
  ].join('\n\n');
}
