import { completeOptions } from '../../configuration/complete-options.ts';
import { UserError } from '../../contracts/errors.ts';
import type { OptimizerDefinition } from '../../contracts/optimizer.ts';
import type { AnyItem } from '../../contracts/plugin.ts';
import { peakBytes } from '../../training/peak-bytes.ts';
import { quadraticProblem } from '../quadratic-problem.ts';
import { randomQuadratics } from '../random-quadratics.ts';
import { expectThat, makeOptimizer, type Options, takeStep } from '../take-step.ts';
import { watchObjective } from '../watch-objective.ts';
import { wideNet } from '../wide-net.ts';
import { type Check, domainCounts, forEveryRun, type Setting } from './setting.ts';

/** Whether the declared options and costs are true. */
export function declarationChecks(setting: Setting): Check[] {
  return [
    { name: 'has a kebab-case name and a summary of one line', run: () => describesItself(setting) },
    { name: 'takes its defaults, and refuses every option that its schema does not allow', run: () => refusesInvalidOptions(setting) },
    { name: 'asks for as many forwards and backwards as it declares', run: () => countsPasses(setting) },
    { name: 'holds as many copies of the weights at once as it declares', run: () => countsCopies(setting) },
  ];
}

/** Throws unless an item of any kind is named and summed up as lists show it. */
export function describesItself({ definition: { name, summary } }: { readonly definition: AnyItem | OptimizerDefinition }): void {
  expectThat(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name), `it is called '${name}', expected kebab case`);
  expectThat(summary.trim().length > 0 && !summary.includes('\n'), 'its summary is empty or of several lines, expected one line');
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** Throws unless an item of any kind takes its defaults and refuses what its schema does not allow. */
export function refusesInvalidOptions({ definition: item }: { readonly definition: AnyItem | OptimizerDefinition }): void {
  const definition = item as AnyItem;
  completeOptions(definition, {});
  const { properties = {} } = definition.options as { properties?: Record<string, Property> };
  const refuses = (options: Options) => {
    try {
      completeOptions(definition, options);
    } catch (error) {
      expectThat(
        error instanceof UserError && error.exitCode === 2,
        `${JSON.stringify(options)} is refused by an error other than a UserError with exit code 2`,
      );
      return;
    }
    throw new Error(`${JSON.stringify(options)} is accepted, expected an error`);
  };
  refuses({ 'no-such-option': 1 });
  for (const [name, property] of Object.entries(properties)) for (const value of invalidValues(property)) refuses({ [name]: value });
}

function invalidValues({ type, enum: choices, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Property): unknown[] {
  return [
    null,
    ...(choices ? ['no-such-choice'] : []),
    ...(type === 'number' || type === 'integer' || type === 'boolean' ? ['text'] : []),
    ...(type === 'integer' ? [1.5] : []),
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
    ...(exclusiveMaximum === undefined ? [] : [exclusiveMaximum]),
  ];
}

/** The most expensive of six steps, with an auxiliary loss: exactly the declared cost with the default options, at most that with others. */
function countsPasses(setting: Setting): void {
  const { cost } = setting.definition;
  forEveryRun(setting, (options, domains) => {
    using problem = quadraticProblem(randomQuadratics(domains, true));
    using optimizer = makeOptimizer(setting.definition, options);
    let [forwards, backwards] = [0, 0];
    for (let step = 0; step < 6; step++) {
      const { objective, asked } = watchObjective(problem, step);
      takeStep(optimizer, problem, step, { objective });
      forwards = Math.max(forwards, asked.forwards);
      backwards = Math.max(backwards, asked.backwards);
    }
    const isDefault = Object.keys(options).length === 0;
    const fits = (counted: number, declared: number) => counted <= declared + 1e-9 && (!isDefault || counted >= declared - 1e-9);
    const [f, b] = [cost.forwards(domains), cost.backwards(domains)];
    expectThat(fits(forwards, f), `a step took ${forwards} forwards, declared are ${f}`);
    expectThat(fits(backwards, b), `a step took ${backwards} backwards, declared are ${b}`);
  });
}

/**
 * Half a copy of slack is left for activations and for one layer's temporary tensors. What the method keeps from step to step counts. With one domain a
 * sum of one term shares its buffers, so less may be needed.
 */
function countsCopies({ definition }: Setting): void {
  const found = domainCounts.map((domains) => {
    using problem = wideNet({ domains, auxiliary: true });
    const objective = problem.objective(0);
    const peak = peakBytes(() => {
      using optimizer = makeOptimizer(definition);
      for (let step = 0; step < (domains === 2 ? 6 : 2); step++) optimizer.step(objective, problem.weights, () => {});
    });
    return { domains, counted: peak / (4 * problem.weights.size), declared: definition.cost.weightCopies(domains) };
  });
  const wrong = found.filter(({ domains, counted, declared }) => counted > declared + 0.5 || (domains > 1 && counted < declared - 0.5));
  const list = found.map(({ domains, counted, declared }) => `${counted.toFixed(2)} for ${domains} (declared: ${declared})`).join(', ');
  expectThat(wrong.length === 0, `copies of the weights at the peak of a step, by number of domains: ${list}`);
}
