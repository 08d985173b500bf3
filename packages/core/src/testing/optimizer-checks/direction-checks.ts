import { completeOptions } from '../../configuration/complete-options.ts';
import type { Limit, OptimizerDefinition } from '../../contracts/optimizer.ts';
import type { Problem } from '../problem.ts';
import { plainQuadratics, quadraticProblem } from '../quadratic-problem.ts';
import { randomQuadratics } from '../random-quadratics.ts';
import { smallNet } from '../small-net.ts';
import { distance, expectThat, makeOptimizer, type Options, type PlainValues, readGradients, takeStep } from '../take-step.ts';
import { type Check, domainCounts, forEachRun, forEachVariant, forEveryRun, type Setting } from './setting.ts';

/** Whether the direction is right: its limits, its closed form, what it must not depend on. */
export function directionChecks(setting: Setting): Check[] {
  const { definition, closedForm } = setting;
  return [
    { name: 'applies exactly one finite direction a step, and reports the losses at the weights', run: () => reports(setting) },
    ...(definition.limits ?? []).map((limit) => ({ name: `limit: ${describe(limit)}`, run: () => checkLimit(definition, limit) })),
    ...(closedForm ? [{ name: 'agrees with its closed form on quadratics', run: () => checkClosedForm(setting, closedForm) }] : []),
    {
      name: 'accumulated parts give the direction of the whole batch',
      run: () => forEachVariant(setting, (options, k) => accumulates(definition, options, k)),
    },
    { name: 'two with the same options take the same steps, bit for bit', run: () => forEachVariant(setting, (options, k) => repeats(definition, options, k)) },
    { name: 'does not depend on the order of domains, unless it says so', run: () => orderOf('domains', setting) },
    { name: 'does not depend on the order of parameters, unless it says so', run: () => orderOf('parameters', setting) },
  ];
}

function reports(setting: Setting): void {
  forEachRun(setting, (options, domains) => {
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(setting.definition, options);
    for (let step = 0; step < 3; step++) {
      const { direction, report } = takeStep(optimizer, problem, step);
      expectThat(Number.isFinite(distance(direction, direction)), `step ${step} applied a direction that is not finite`);
      expectThat(report.kind.length > 0, 'the report has no kind');
      const agrees = (['joint', 'separate'] as const).some((mode) => {
        using here = problem.objective(step).evaluate({ statistics: 'keep', domains: mode });
        const risks = here.domains.map((name, i) => Math.abs((report.losses.risks[name] ?? Number.NaN) - (here.values.risks[i]?.dataSync()[0] ?? 0)));
        const auxiliary = Math.abs((report.losses.auxiliary ?? Number.NaN) - (here.values.auxiliary?.dataSync()[0] ?? 0));
        const sum = Object.values(report.losses.risks).reduce((total, risk) => total + risk, report.losses.auxiliary ?? 0);
        return [...risks, auxiliary, Math.abs(report.losses.total - sum)].every((difference) => difference < 1e-5);
      });
      expectThat(agrees, `the reported losses ${JSON.stringify(report.losses)} are not those at the weights`);
    }
  });
}

function checkLimit(definition: OptimizerDefinition, limit: Limit): void {
  const compare = (name: string, make: () => Problem) => {
    using problem = make();
    using optimizer = makeOptimizer(definition, limit.options);
    using other = typeof limit.equals === 'object' && 'optimizer' in limit.equals ? makeOptimizer(limit.equals.optimizer, limit.equals.options) : undefined;
    for (let step = 0; step < 3; step++) {
      const { direction } = takeStep(optimizer, problem, step);
      const expected = other ? takeStep(other, problem, step).direction : combination(limit, problem, step);
      const off = distance(direction, expected);
      const tolerance = limit.tolerance ?? 1e-5;
      expectThat(
        off <= tolerance,
        `${name}, step ${step}: the direction is off by ${off.toExponential(2)} of its largest entry, expected at most ${tolerance}`,
      );
    }
  };
  for (const domains of limit.domains === undefined ? domainCounts : [limit.domains]) {
    for (const auxiliary of [false, true]) {
      compare(`network, ${domains} domains${auxiliary ? ', auxiliary loss' : ''}`, () => smallNet({ domains, auxiliary }));
      compare(`quadratics, ${domains} domains${auxiliary ? ', auxiliary loss' : ''}`, () => quadraticProblem(randomQuadratics(domains, auxiliary)));
    }
  }
  if (limit.domains === undefined) compare('network, 3 domains of which one is absent', () => smallNet({ domains: 3, auxiliary: true, absent: 1 }));
}

function combination({ equals, mode = 'joint' }: Limit, problem: Problem, step: number): PlainValues {
  const { risk, auxiliary } = equals === 'erm' ? { risk: 1, auxiliary: 1 } : (equals as { readonly risk: number; readonly auxiliary: number });
  using here = problem.objective(step).evaluate({ statistics: 'keep', domains: mode });
  using ofRisk = here.gradient('risk');
  using ofAuxiliary = here.gradient('auxiliary');
  const [r, a] = [readGradients(ofRisk), readGradients(ofAuxiliary)];
  return new Map([...r].map(([name, values]) => [name, values.map((value, i) => risk * value + auxiliary * (a.get(name)?.[i] ?? 0))]));
}

function checkClosedForm(setting: Setting, closedForm: NonNullable<Setting['closedForm']>): void {
  forEveryRun(setting, (options, domains) => {
    for (const auxiliary of [false, true]) {
      const quadratics = randomQuadratics(domains, auxiliary);
      using problem = quadraticProblem(quadratics);
      using optimizer = makeOptimizer(setting.definition, options);
      const { direction } = takeStep(optimizer, problem, 0);
      const expected = closedForm(plainQuadratics(quadratics), completeOptions(setting.definition, options));
      const got = [...(direction.get('first') ?? []), ...(direction.get('second/kernel') ?? [])];
      const off = distance(new Map([['θ', Float32Array.from(got)]]), new Map([['θ', Float32Array.from(expected)]]));
      expectThat(off < 1e-5, `the direction is [${got}], expected [${expected}]${auxiliary ? ' (with an auxiliary loss)' : ''}`);
    }
  });
}

/** On a network without batch norm, whose statistics are those of a part. */
function accumulates(definition: OptimizerDefinition, options: Options, domains: number): void {
  for (const auxiliary of [false, 'owning'] as const) {
    using problem = smallNet({ domains, auxiliary, plain: true });
    using whole = makeOptimizer(definition, options);
    using inParts = makeOptimizer(definition, options);
    for (let step = 0; step < 2; step++) {
      const expected = takeStep(whole, problem, step);
      const { direction, report } = takeStep(inParts, problem, step, { objective: problem.objective(step, { accumulate: 2 }) });
      const what = `step ${step}${auxiliary ? ', auxiliary loss' : ''}`;
      const off = distance(direction, expected.direction);
      expectThat(off < 1e-4, `${what}: with the batch in 2 parts the direction is off by ${off.toExponential(2)} of its largest entry`);
      const losses = Math.abs(report.losses.total - expected.report.losses.total);
      expectThat(losses < 1e-5, `${what}: with the batch in 2 parts the reported loss is off by ${losses.toExponential(2)}`);
    }
  }
}

function repeats(definition: OptimizerDefinition, options: Options, domains: number): void {
  const walk = () => {
    using problem = smallNet({ domains, auxiliary: true });
    using optimizer = makeOptimizer(definition, options);
    return [0, 1, 2].map((step) => takeStep(optimizer, problem, step, { rate: 0.05 }).direction);
  };
  const [first, second] = [walk(), walk()];
  first.forEach((direction, step) => {
    expectThat(distance(direction, second[step] as PlainValues) === 0, `step ${step} differs from that of another run`);
  });
}

function orderOf(what: 'domains' | 'parameters', setting: Setting): void {
  const { definition } = setting;
  forEachRun(setting, (options, domains) => {
    if (domains === 1 || definition.orderMatters?.(completeOptions(definition, options) as never).includes(what)) return;
    using problem = smallNet({ domains, auxiliary: true });
    using reversed = smallNet({ domains, auxiliary: true, reversed: { [what]: true } });
    using optimizer = makeOptimizer(definition, options);
    using other = makeOptimizer(definition, options);
    for (let step = 0; step < 3; step++) {
      const off = distance(takeStep(other, reversed, step).direction, takeStep(optimizer, problem, step).direction);
      expectThat(off < 1e-4, `with the ${what} listed in reverse, step ${step} differs by ${off.toExponential(2)} of its largest entry`);
    }
  });
}

function describe({ options, domains, equals, mode }: Limit): string {
  const what =
    typeof equals === 'string'
      ? equals
      : 'optimizer' in equals
        ? `${equals.optimizer.name} with ${JSON.stringify(equals.options)}`
        : `${equals.risk} ∇R + ${equals.auxiliary} ∇A`;
  return `with ${JSON.stringify(options)}${domains === undefined ? '' : ` and ${domains} domains`} it is ${what}${mode === 'separate' ? ' (separate forwards)' : ''}`;
}
