import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { cannot } from '@gradalign/core';

/** What each file in commands/ exports as `command`. */
export interface Command {
  /** @throws UserError */
  run(args: readonly string[]): Promise<void>;
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The options of a command; undefined if --help was asked for, and answered. */
export function readOptions(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  help: string,
): Values | undefined {
  let values: Values;
  try {
    ({ values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } }, strict: true }) as { values: Values });
  } catch (error) {
    throw cannot('read the options', (error as Error).message.split('.')[0] ?? '', `what --help shows\n\n${help}`, { exitCode: 2 });
  }
  if (!values['help']) return values;
  console.log(help);
  return undefined;
}

/** Parses an integer >= 1. */
export function wholeNumber(name: string, value: string | boolean | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw cannot(`read --${name}`, `it is '${value}'`, 'a whole number from 1 on', { exitCode: 2 });
  return number;
}

export interface Measuring {
  readonly json: boolean;
  readonly repeats: number;
  readonly threads: number;
}

/** The options of a command that only measures: --json, --repeats, --threads; undefined if --help was asked for, and answered. */
export function readMeasuring(args: readonly string[], help: string, { repeats }: { readonly repeats: number }): Measuring | undefined {
  const text = { type: 'string' } as const;
  const values = readOptions(args, { json: { type: 'boolean' }, repeats: text, threads: text }, help);
  return (
    values && {
      json: values['json'] === true,
      repeats: wholeNumber('repeats', values['repeats'], repeats),
      threads: wholeNumber('threads', values['threads'], availableParallelism()),
    }
  );
}
