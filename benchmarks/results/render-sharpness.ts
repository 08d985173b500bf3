import { markdownTable } from './markdown-table.ts';
import { bySeed, intervalOf, meanBySeed, pairedDifference, type Quantity } from './paired-statistics.ts';
import { shown, significant, titleOf, verdict } from './show-figures.ts';
import type { BenchmarkDefinition, ResultsStudy } from './study-definition.ts';
import type { BenchmarkResults, DomainFigures, RunFigures, SharpnessFigures } from './study-results.ts';

/** Quantities of the weights that were found, each a mean over the source domains of a run (or of its target). */
export function renderSharpness(
  { sharpness: { rho, directions, ascentSteps, samples } }: ResultsStudy,
  benchmark: BenchmarkDefinition,
  results: BenchmarkResults,
): string {
  const methods = Object.keys(benchmark.methods);
  const [baseline = ''] = methods;
  const columns: { readonly head: string; readonly quantity: Quantity }[] = [
    { head: 'training loss', quantity: overSources(({ loss }) => loss) },
    { head: '‖θ‖', quantity: (run) => sharpnessOf(run).weightNorm },
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
export function renderDomains(benchmark: BenchmarkDefinition, results: BenchmarkResults): string {
  const methods = Object.keys(benchmark.methods);
  const asSource = (method: string, domain: string) => {
    const others = benchmark.leaveOut.filter((target) => target !== domain);
    return meanBySeed(results, method, others, (run) => ofDomain(run, domain, ({ eigenvalue }) => eigenvalue));
  };
  const asTarget = (method: string, domain: string) => bySeed(results, method, domain, (run) => ofDomain(run, domain, ({ eigenvalue }) => eigenvalue));
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

/** λ ‖θ‖² over the sources: where batch norm follows a kernel, scaling the kernel changes λ and ‖θ‖ but neither the network nor this product. */
export const scaleFree: Quantity = (run, target) => overSources(({ eigenvalue }) => eigenvalue)(run, target) * sharpnessOf(run).weightNorm ** 2;

/** Mean over the source domains of a run. */
export function overSources(of: (domain: DomainFigures) => number): Quantity {
  return (run, target) => {
    const values = Object.entries(sharpnessOf(run).domains).flatMap(([domain, figures]) => (domain === target ? [] : [of(figures)]));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

function onTarget(of: (domain: DomainFigures) => number): Quantity {
  return (run, target) => ofDomain(run, target, of);
}

function ofDomain(run: RunFigures, domain: string, of: (domain: DomainFigures) => number): number {
  return of(sharpnessOf(run).domains[domain] as DomainFigures);
}

function sharpnessOf({ sharpness, seed }: RunFigures): SharpnessFigures {
  if (!sharpness) throw new Error(`Cannot render the sharpness of seed ${seed}: it was not measured`);
  return sharpness;
}
