import { UserError } from '../../contracts/errors.ts';
import type { OptimizerDefinition } from '../../contracts/optimizer.ts';
import type { PlainQuadratics } from '../quadratic-problem.ts';
import { smallNet } from '../small-net.ts';
import { makeOptimizer, type Options, takeStep } from '../take-step.ts';

/** One requirement. Needs a loaded engine. */
export interface Check {
  /** A sentence, for a test runner. */
  readonly name: string;
  /** Returns if the requirement is met. @throws Error that says what is wrong. */
  run(): void;
}

/** The direction of a first step on quadratics, in plain numbers: the paper's formula written a second time. */
export type ClosedForm = (problem: PlainQuadratics, options: Options) => readonly number[];

export interface Setting {
  readonly definition: OptimizerDefinition;
  readonly closedForm?: ClosedForm;
  /** Every variant of the options with every number of source domains from 1 to 4 that it accepts. */
  readonly runs: () => readonly Run[];
}

interface Run {
  readonly options: Options;
  readonly domains: number;
}

/** The numbers of source domains that methods are checked for. */
export const domainCounts = [1, 2, 3, 4];

export function createSetting(definition: OptimizerDefinition, variants: readonly Options[], closedForm?: ClosedForm): Setting {
  let known: readonly Run[] | undefined;
  const runs = () => {
    known ??= variants.flatMap((options) => runsOf(definition, options));
    return known;
  };
  return { definition, runs, ...(closedForm ? { closedForm } : {}) };
}

/** Calls `body` for every run: for cheap checks. */
export function forEveryRun({ runs }: Setting, body: (options: Options, domains: number) => void): void {
  for (const run of runs()) inRun(run, body);
}

/** Calls `body` for every run with the default options, and for the variants' runs with two and three domains. */
export function forEachRun({ runs }: Setting, body: (options: Options, domains: number) => void): void {
  for (const run of runs()) if (Object.keys(run.options).length === 0 || run.domains === 2 || run.domains === 3) inRun(run, body);
}

/** Calls `body` for one run of every variant: with two domains or, if it refuses two, with another number. */
export function forEachVariant({ runs }: Setting, body: (options: Options, domains: number) => void): void {
  for (const options of new Set(runs().map((run) => run.options))) {
    const own = runs().filter((run) => run.options === options);
    inRun(own.find(({ domains }) => domains === 2) ?? (own[0] as Run), body);
  }
}

function inRun({ options, domains }: Run, body: (options: Options, domains: number) => void): void {
  try {
    body(options, domains);
  } catch (cause) {
    throw new Error(`${shown(options)}, ${domains} domains: ${(cause as Error).message}`, { cause });
  }
}

/** A variant may refuse a number of domains with a UserError (a method made for exactly three); the default options may not. */
function runsOf(definition: OptimizerDefinition, options: Options): Run[] {
  const runs = domainCounts.filter((domains) => accepts(definition, options, domains)).map((domains) => ({ options, domains }));
  if (runs.length === 0) throw new Error(`${shown(options)}: every number of domains from 1 to 4 is refused, expected at least one to be accepted`);
  return runs;
}

function accepts(definition: OptimizerDefinition, options: Options, domains: number): boolean {
  using problem = smallNet({ domains });
  using optimizer = makeOptimizer(definition, options);
  try {
    takeStep(optimizer, problem, 0);
    return true;
  } catch (error) {
    // Any other error is for the checks to report.
    return !(error instanceof UserError) || Object.keys(options).length === 0;
  }
}

function shown(options: Options): string {
  return Object.keys(options).length === 0 ? 'default options' : JSON.stringify(options);
}

/** The default options, and one alternative after another of every option that is a choice or a switch. */
export function variantsOf({ options }: OptimizerDefinition): Options[] {
  const { properties = {} } = options as { properties?: Record<string, { type?: string; enum?: readonly unknown[]; default?: unknown }> };
  const alternatives = Object.entries(properties).flatMap(([name, property]) => {
    const values = property.enum ?? (property.type === 'boolean' ? [true, false] : []);
    return values.filter((value) => value !== property.default).map((value) => ({ [name]: value }));
  });
  return [{}, ...alternatives];
}
