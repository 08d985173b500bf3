import type { Interval } from '@gradalign/metrics';
import { markdownTable } from './markdown-table.ts';
import { type BySeed, bySeed, intervalOf, meanBySeed, pairedDifference, type Quantity, side } from './paired-statistics.ts';
import type { BenchmarkDefinition, FigureDefinition, ResultsStudy } from './study-definition.ts';
import type { BenchmarkResults, DomainFigures } from './study-results.ts';

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
    renderSharpness(study, benchmark, results),
    renderDomains(benchmark, results),
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

/** Quantities of the weights that were found, each a mean over the source domains of a run (or of its target). */
function renderSharpness(
  { sharpness: { rho, directions, ascentSteps, samples } }: ResultsStudy,
  benchmark: BenchmarkDefinition,
  results: BenchmarkResults,
): string {
  const methods = Object.keys(benchmark.methods);
  const [baseline = ''] = methods;
  const columns: { readonly head: string; readonly quantity: Quantity }[] = [
    { head: 'training loss', quantity: overSources(({ loss }) => loss) },
    { head: '‖θ‖', quantity: ({ weightNorm }) => weightNorm },
    { head: 'λ, sources', quantity: overSources(({ eigenvalue }) => eigenvalue) },
    { head: 'λ ‖θ‖², sources', quantity: scaleFree },
    { head: 'λ, target', quantity: onTarget(({ eigenvalue }) => eigenvalue) },
    { head: 'random, sources', quantity: overSources(({ random }) => random) },
    { head: 'random, target', quantity: onTarget(({ random }) => random) },
    { head: 'adversarial, sources', quantity: overSources(({ adversarial }) => adversarial) },
    { head: 'adversarial, target', quantity: onTarget(({ adversarial }) => adversarial) },
  ];
  const table = (cell: (method: string, quantity: Quantity) => string, of: readonly string[]) =>
    markdownTable(
      ['method', ...columns.map(({ head }) => head)],
      of.map((method) => [titleOf(benchmark, method), ...columns.map(({ quantity }) => cell(method, quantity))]),
    );
  const values = (method: string, quantity: Quantity) => meanBySeed(results, method, benchmark.leaveOut, quantity);
  return [
    '### Sharpness of what was found',
    `λ: largest eigenvalue of the Hessian of one domain's risk; random and adversarial: what that risk gains at distance ρ = ${rho} from the weights, over ${directions} random directions (each both ways) and after an ascent of ${ascentSteps} steps. ${samples} images a domain, batch norm by their own statistics, no augmentation; source domains on images that were trained on. Weights that a batch norm follows can grow without changing the network, which lowers λ: λ ‖θ‖² does not fall by that. Means over the left-out domains ± half the 95 % interval over seeds.`,
    table((method, quantity) => shown(intervalOf(values(method, quantity)), significant), methods),
    `Difference to ${titleOf(benchmark, baseline)}, paired by seed; bold where the 95 % interval leaves out 0.`,
    table((method, quantity) => verdict(pairedDifference(values(method, quantity), values(baseline, quantity)), undefined, significant), methods.slice(1)),
  ].join('\n\n');
}

/** λ domain by domain: as a source (mean over the runs that trained on it) and as the target. */
function renderDomains(benchmark: BenchmarkDefinition, results: BenchmarkResults): string {
  const methods = Object.keys(benchmark.methods);
  const asSource = (method: string, domain: string) => {
    const others = benchmark.leaveOut.filter((target) => target !== domain);
    return meanBySeed(results, method, others, ({ sharpness }) => (sharpness[domain] as DomainFigures).eigenvalue);
  };
  const asTarget = (method: string, domain: string) => bySeed(results, method, domain, ({ sharpness }) => (sharpness[domain] as DomainFigures).eigenvalue);
  return [
    '### Largest eigenvalue by domain',
    'As a source, over the runs that trained on it, and as the target of those that did not.',
    markdownTable(
      ['domain', ...methods.flatMap((method) => [`${titleOf(benchmark, method)}, source`, 'target'])],
      benchmark.leaveOut.map((domain) => [
        domain,
        ...methods.flatMap((method) => [asSource(method, domain), asTarget(method, domain)].map((values) => shown(intervalOf(values), significant))),
      ]),
    ),
  ].join('\n\n');
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

/** λ ‖θ‖² over the sources: where batch norm follows a kernel, scaling the kernel changes λ and ‖θ‖ but neither the network nor this product. */
export const scaleFree: Quantity = (run, target) => overSources(({ eigenvalue }) => eigenvalue)(run, target) * run.weightNorm ** 2;

/** Mean over the source domains of a run. */
export function overSources(of: (domain: DomainFigures) => number): Quantity {
  return ({ sharpness }, target) => {
    const values = Object.entries(sharpness).flatMap(([domain, figures]) => (domain === target ? [] : [of(figures)]));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

function onTarget(of: (domain: DomainFigures) => number): Quantity {
  return ({ sharpness }, target) => of(sharpness[target] as DomainFigures);
}

function titleOf({ methods }: BenchmarkDefinition, method: string): string {
  return methods[method]?.title ?? method;
}

/** `optimizer.base.learningRate` as `learningRate`. */
function short(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function shown(of: Interval | undefined, number: (value: number) => string): string {
  if (!of) return '-';
  return of.half95 === undefined ? number(of.mean) : `${number(of.mean)} ± ${number(of.half95)}`;
}

/** With a sign; bold where 0 is left out, and in words where it is known which side is the better one. */
function verdict(of: Interval | undefined, better: FigureDefinition['better'] | undefined, number: (value: number) => string): string {
  if (!of) return '-';
  const text = `${of.mean < 0 ? '' : '+'}${shown(of, number)}`;
  const where = side(of);
  if (where === 'unclear') return text;
  const word = better === undefined ? '' : ` ${(where === 'above') === (better === 'higher') ? 'better' : 'worse'}`;
  return `**${text}**${word}`;
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(digits, 0), 9));
}
