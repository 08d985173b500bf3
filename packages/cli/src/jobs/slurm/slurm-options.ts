import type { Schema } from '@gradalign/core';
import { resolveFrom } from '../../options/bundled-plugins.ts';
import { slurmSeconds } from './slurm-seconds.ts';

/** What a job may ask of the cluster, in sbatch's words. */
export interface Resources {
  readonly partition?: string;
  readonly qos?: string;
  readonly reservation?: string;
  readonly constraint?: string;
  readonly gres?: string;
  /** As sbatch reads it: minutes, or days-hours:minutes:seconds. */
  readonly time?: string | number;
  /** A number of megabytes, or with a unit: 16G. */
  readonly memory?: string | number;
  /** Cores of a task. */
  readonly cpus?: number;
}

/** How a study is submitted to SLURM: the file that `compare --slurm` reads. */
export interface SlurmOptions extends Resources {
  readonly account?: string;
  /** Tasks that run at a time. */
  readonly concurrency?: number;
  /** Seconds before the time limit at which a run saves and is queued again. */
  readonly saveBefore: number;
  /** Times that a task is queued again at its time limit. */
  readonly requeues: number;
  /** Lines of the batch script before gradalign starts. */
  readonly setup: readonly string[];
  /** What starts gradalign on a node; default: this installation, with this Node. */
  readonly command?: readonly string[];
  /** Of the job that makes table and report. */
  readonly table: Resources;
  /** Other options of sbatch, without the dashes: their values, or true for one without; false is as if it were not there. */
  readonly sbatch: Readonly<Record<string, string | number | boolean>>;
}

/** What gradalign itself asks of sbatch, by the keys that set it where there are any. */
const ownOptions: Readonly<Record<string, string | undefined>> = {
  ...{ partition: 'partition', qos: 'qos', reservation: 'reservation', constraint: 'constraint', gres: 'gres', time: 'time', account: 'account' },
  ...{ mem: 'memory', 'cpus-per-task': 'cpus', array: 'concurrency', signal: 'saveBefore' },
  ...{ requeue: undefined, 'no-requeue': undefined, dependency: undefined, 'job-name': undefined, output: undefined, error: undefined, input: undefined },
  ...{ 'open-mode': undefined, chdir: undefined, parsable: undefined, 'test-only': undefined, wait: undefined, wrap: undefined, ntasks: undefined },
  ...{ help: undefined, usage: undefined, version: undefined },
};

const text = (description: string): Schema => ({ type: 'string', minLength: 1, description });
const wholeNumber = (description: string, minimum: number, maximum: number, more: Schema = {}): Schema => ({
  ...{ type: 'integer', minimum, maximum, description },
  ...more,
});
const texts = (description: string): Schema => ({ type: 'array', items: { type: 'string' }, description });

const resources = (of: string): Record<keyof Resources, Schema> => ({
  partition: text(`Partition ${of}; several by commas`),
  qos: text(`Quality of service ${of}`),
  reservation: text(`Reservation ${of}`),
  constraint: text(`Features of the nodes ${of}`),
  gres: text(`Generic resources ${of}: gpu:1`),
  time: { type: ['string', 'integer'], minLength: 1, description: `Time limit ${of}: minutes, hours:minutes:seconds or days-hours:minutes:seconds` },
  memory: { type: ['string', 'integer'], minLength: 1, description: `Memory ${of}: megabytes, or with a unit, 16G` },
  cpus: wholeNumber(`Cores ${of}; also the threads of a run, unless the experiment sets them`, 1, 1024),
});

const defaults = { saveBefore: 180, requeues: 100, setup: [], table: {}, sbatch: {} };

/** JSON Schema (draft-07) of the file that `compare --slurm` reads. */
export const slurmSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'gradalign compare --slurm',
  type: 'object',
  properties: {
    ...resources('of each run'),
    account: text('Account that is charged'),
    concurrency: wholeNumber('Runs at a time; default: as many as the cluster has room for', 1, 100_000),
    saveBefore: wholeNumber('Seconds before the time limit at which a run saves and is queued again; SLURM may be a minute early', 10, 65_535, {
      default: defaults.saveBefore,
    }),
    requeues: wholeNumber('Times that a run is queued again at its time limit', 0, 10_000, { default: defaults.requeues }),
    setup: { ...texts('Lines of bash before each run: module load ...'), default: defaults.setup },
    command: { ...texts('What starts gradalign on a node, word by word; default: this installation with this Node'), minItems: 1 },
    table: {
      type: 'object',
      properties: resources('of the job that makes table and report'),
      additionalProperties: false,
      default: defaults.table,
      description: 'What differs for the job that makes table and report',
    },
    sbatch: {
      type: 'object',
      additionalProperties: { type: ['string', 'integer', 'boolean'] },
      default: defaults.sbatch,
      description: 'Other options of sbatch, without the dashes: { mail-type: END }; true for one without a value',
    },
  },
  additionalProperties: false,
};

/**
 * Reads the options of a file; those without one are what sbatch has by default.
 *
 * @throws ConfigurationError with every problem at once, at its line and column.
 */
export async function readSlurmOptions(file: string | undefined): Promise<SlurmOptions> {
  if (file === undefined) return defaults;
  const { loadSettings } = await import('@gradalign/core');
  return loadSettings<SlurmOptions>(slurmSchema, { file, env: process.env, resolveFrom, check });
}

type Refuse = (path: readonly string[], expected: string) => void;

function check(options: SlurmOptions, refuse: Refuse): void {
  checkResources(options, [], refuse);
  checkResources(options.table, ['table'], refuse);
  const seconds = options.time === undefined ? undefined : slurmSeconds(options.time);
  if (seconds !== undefined && seconds < options.saveBefore + 120)
    refuse(['time'], `at least 2 minutes more than saveBefore, which is ${options.saveBefore} s: a run that is told to save has to come so far first`);
  for (const [i, line] of options.setup.entries()) if (line.includes('\0')) refuse(['setup', String(i)], 'a line without NUL');
  for (const [name, value] of Object.entries(options.sbatch)) {
    if (!/^[a-z][a-z\d-]*$/.test(name)) refuse(['sbatch', name], 'the name of an option as sbatch writes it, without the dashes before it: mail-type');
    else if (Object.hasOwn(ownOptions, name))
      refuse(['sbatch', name], ownOptions[name] === undefined ? `none of this name: gradalign sets it itself` : `it as '${ownOptions[name]}', beside 'sbatch'`);
    else if (String(value).includes('\0')) refuse(['sbatch', name], 'a text without NUL');
  }
}

function checkResources({ time, memory, ...others }: Resources, path: readonly string[], refuse: Refuse): void {
  if (time !== undefined && slurmSeconds(time) === undefined)
    refuse([...path, 'time'], 'minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds or UNLIMITED');
  if (memory !== undefined && !/^[1-9]\d{0,11}[KMGT]?$/i.test(String(memory)))
    refuse([...path, 'memory'], 'megabytes, or a whole number with K, M, G or T: 16G');
  for (const [key, value] of Object.entries(others))
    if (typeof value === 'string' && !/^[^\s\p{Cc}]+$/u.test(value)) refuse([...path, key], 'a text without spaces and control characters');
}
