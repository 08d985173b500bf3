import { markdownTable } from './markdown-table.ts';
import { type BySeed, bySeed, intervalOf, meanBySeed, pairedDifference, type Quantity } from './paired-statistics.ts';
import { renderDomains, renderSharpness } from './render-sharpness.ts';
import { percent, shown, titleOf, verdict } from './show-figures.ts';
import type { BenchmarkDefinition, FigureDefinition, ResultsStudy } from './study-definition.ts';
import type { BenchmarkResults } from './study-results.ts';

/** The section of one benchmark: the targets' figures, differences to the baseline, what was minimised, how sharp it is, what was chosen. */
export function renderBenchmark(study: ResultsStudy, benchmark: BenchmarkDefinition, results: BenchmarkResults): string {
  const { title, description, figures } = benchmark;
  const { model, imageSize, batch, epochs } = results.network;
  const [first = {}] = results.cells.flatMap(({ runs }) => runs.map(({ steps }) => steps));
  const steps = Object.values(first).reduce((sum, n) => sum + n, 0);
  return [
    `## ${title}`,
    `${description} Network: ${model}; ${imageSize} x ${imageSize} pixels; ${batch} images of each source domain a step, ${steps} steps in ${epochs} epochs.`,
    diverged(results),
    ...figures.flatMap((figure) => renderFigure(benchmark, results, figure)),
    ...(benchmark.sharpness === false ? [] : [renderSharpness(study, benchmark, results), renderDomains(benchmark, results)]),
    renderChoice(benchmark, results),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderFigure(benchmark: BenchmarkDefinition, results: BenchmarkResults, { name, better }: FigureDefinition): string[] {
  const quantity: Quantity = ({ figures }) => figures[name] as number;
  const methods = Object.keys(benchmark.methods);
  const [baseline = '', ...others] = methods;
  const rows: { readonly label: string; values(method: string): BySeed }[] = [
    ...benchmark.leaveOut.map((target) => ({ label: target, values: (method: string) => bySeed(results, method, target, quantity) })),
    { label: '**mean**', values: (method) => meanBySeed(results, method, benchmark.leaveOut, quantity) },
  ];
  return [
    `### ${name}`,
    `Percent on the domain left out (${better} is better): mean over the seeds ± half the 95 % interval.`,
    markdownTable(
      ['left out', ...methods.map((method) => titleOf(benchmark, method))],
      rows.map(({ label, values }) => [label, ...methods.map((method) => shown(intervalOf(values(method)), percent))]),
    ),
    `Difference to ${titleOf(benchmark, baseline)} in percentage points, paired by seed; bold where the 95 % interval leaves out 0.`,
    markdownTable(
      ['left out', ...others.map((method) => titleOf(benchmark, method))],
      rows.map(({ label, values }) => [label, ...others.map((method) => verdict(pairedDifference(values(method), values(baseline)), better, percent))]),
    ),
  ];
}

function renderChoice({ methods, leaveOut, chooseBy }: BenchmarkDefinition, { cells }: BenchmarkResults): string {
  const rows = leaveOut.flatMap((target) =>
    Object.entries(methods).flatMap(([method, { title }]) => {
      const cell = cells.find((each) => each.target === target && each.method === method);
      if (!cell) return [];
      const { settings, figure, diverged } = cell.chosen;
      return [
        [
          target,
          title,
          Object.entries(settings)
            .map(([path, value]) => `${short(path)} ${value}`)
            .join(', '),
          percent(figure),
          String(diverged),
        ],
      ];
    }),
  );
  return [
    '### What was chosen',
    `By the ${chooseBy.best} ${chooseBy.metric} on the held-out share of the source domains, percent.`,
    markdownTable(['left out', 'method', 'settings', chooseBy.metric, 'trials diverged'], rows),
  ].join('\n\n');
}

function diverged({ cells }: BenchmarkResults): string {
  const lost = cells.flatMap(({ method, target, diverged: seeds }) => seeds.map((seed) => `${method} without ${target}, seed ${seed}`));
  return lost.length > 0 ? `Runs that diverged and are left out: ${lost.join('; ')}.` : '';
}

/** `optimizer.base.learningRate` as `learningRate`. */
function short(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
