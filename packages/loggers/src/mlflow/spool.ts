import { closeSync, existsSync, lstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, writeAtomically } from '@gradalign/core';

/** Files of a run that are uploaded: no others ever are, whatever a spool file says. */
export const artifacts = ['experiment.yaml', 'results.json'] as const;

/** Something that the server is to be told. `time`: milliseconds since 1970. */
export type SpoolEntry =
  /** Finite numbers by MLflow's name of the metric. */
  | { readonly kind: 'metrics'; readonly time: number; readonly step: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'params' | 'tags'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'artifact'; readonly file: (typeof artifacts)[number] }
  | { readonly kind: 'status'; readonly status: 'RUNNING' | 'FINISHED' | 'KILLED' | 'FAILED'; readonly time: number };

/** The MLflow run that a run logs to. */
export interface MlflowRun {
  /** Tag that finds the run again where the answer to its creation was lost. */
  readonly key: string;
  /** Address of the server, without credentials. */
  readonly server: string;
  readonly experiment: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The last step and epoch whose figures are sent or kept to be sent; -1: none. Steps that a resumed run repeats are not logged twice. */
  readonly lastStep: number;
  readonly lastEpoch: number;
  /** Whether its creation was asked for. */
  readonly asked?: boolean;
  /** Once the server has made it. */
  readonly id?: string | undefined;
  readonly artifactUri?: string | undefined;
}

/**
 * What is to be sent, in order, in a folder of the run: `run.json` says which MLflow run it is for, `spool.jsonl` holds what the server has not taken yet,
 * `refused.jsonl` what it never will. An entry is on the disk before it is sent, and leaves it afterwards: a process that is killed in between sends it
 * again, which MLflow takes as the same.
 */
export class Spool {
  readonly #folder: string;
  #run: MlflowRun;
  #queue: SpoolEntry[];
  #unwritten: SpoolEntry[] = [];
  /** Whether the file is other than the queue in more than new entries at its end. */
  #stale = false;

  private constructor(folder: string, run: MlflowRun, queue: SpoolEntry[]) {
    this.#folder = folder;
    this.#run = run;
    this.#queue = queue;
  }

  /** A spool for a new MLflow run. */
  static create(folder: string, run: MlflowRun): Spool {
    refuseLinks(folder);
    const spool = new Spool(folder, run, []);
    spool.settle();
    return spool;
  }

  /**
   * The spool in a folder; undefined if there is none.
   *
   * @throws UserError where `run.json` is damaged.
   */
  static open(folder: string): Spool | undefined {
    refuseLinks(folder);
    const paths = spoolPaths(folder);
    if (!existsSync(paths.run)) return undefined;
    const run = readRun(paths.run);
    const text = existsSync(paths.spool) ? readFileSync(paths.spool, 'utf8') : '';
    const queue = readEntries(text);
    if (text !== linesOf(queue)) writeAtomically(paths.spool, linesOf(queue));
    const lastStep = Math.max(run.lastStep, ...queue.map((entry) => (entry.kind === 'metrics' ? entry.step : -1)));
    return new Spool(folder, { ...run, lastStep }, queue);
  }

  get run(): MlflowRun {
    return this.#run;
  }

  /** Where entries are kept. */
  get file(): string {
    return spoolPaths(this.#folder).spool;
  }

  /** What is to be sent. */
  get queue(): readonly SpoolEntry[] {
    return this.#queue;
  }

  /** Changes what is known of the MLflow run, on the disk too. */
  update(known: Partial<MlflowRun>): void {
    this.#run = { ...this.#run, ...known };
    this.#writeRun();
  }

  /** Adds an entry; `write` puts it on the disk. */
  add(entry: SpoolEntry): void {
    this.#queue.push(entry);
    this.#unwritten.push(entry);
  }

  /** Notes up to where figures were logged. */
  logged(known: Partial<Pick<MlflowRun, 'lastStep' | 'lastEpoch'>>): void {
    this.#run = { ...this.#run, ...known };
  }

  /** Appends new entries to the file. */
  write(): void {
    if (this.#unwritten.length === 0) return;
    try {
      append(this.file, linesOf(this.#unwritten));
    } catch (error) {
      // A part of it may be there.
      this.#stale = true;
      throw error;
    }
    this.#unwritten = [];
  }

  /** Takes the first entries out of the queue: they were sent. */
  taken(count: number): void {
    this.#queue.splice(0, count);
    this.#stale = true;
  }

  /** Takes the first entry out of the queue: the server will never take it. */
  refused(why: string): void {
    const [entry] = this.#queue;
    append(spoolPaths(this.#folder).refused, `${JSON.stringify({ why, ...entry })}\n`);
    this.taken(1);
  }

  /** Makes the files say what is in memory. */
  settle(): void {
    if (!this.#stale) this.write();
    this.#writeRun();
    if (!this.#stale) return;
    writeAtomically(this.file, linesOf(this.#queue));
    this.#unwritten = [];
    this.#stale = false;
  }

  #writeRun(): void {
    writeAtomically(spoolPaths(this.#folder).run, `${JSON.stringify(this.#run, null, 2)}\n`);
  }
}

function spoolPaths(folder: string): Readonly<Record<'run' | 'spool' | 'refused', string>> {
  return { run: join(folder, 'run.json'), spool: join(folder, 'spool.jsonl'), refused: join(folder, 'refused.jsonl') };
}

/** A run may come from elsewhere: a link in it would lead what is appended to another file. */
function refuseLinks(folder: string): void {
  for (const file of Object.values(spoolPaths(folder)))
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false)
      throw cannot(`write ${file}`, 'it is no plain file', 'a plain file, or none', { exitCode: 2 });
}

function readRun(file: string): MlflowRun {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as MlflowRun;
    const texts = [run.key, run.server, run.experiment, run.name, run.id ?? '', run.artifactUri ?? ''];
    const numbers = [run.started, run.lastStep, run.lastEpoch];
    if (texts.every((text) => typeof text === 'string') && numbers.every(Number.isInteger) && typeof run.tags === 'object') return run;
  } catch {
    // said below
  }
  throw cannot(`read ${file}`, 'it is damaged', 'what the callback wrote');
}

function linesOf(entries: readonly SpoolEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The entries of whole lines: a line that broke off was not acknowledged to anybody. */
function readEntries(text: string): SpoolEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line) as SpoolEntry;
      return isEntry(entry) ? [entry] : [];
    } catch {
      return [];
    }
  });
}

function isEntry(entry: SpoolEntry): boolean {
  switch (entry.kind) {
    case 'metrics':
      return Number.isInteger(entry.step) && Number.isFinite(entry.time) && isMapOf(entry.values, 'number');
    case 'params':
    case 'tags':
      return isMapOf(entry.values, 'string');
    case 'artifact':
      return artifacts.includes(entry.file);
    case 'status':
      return typeof entry.status === 'string' && Number.isFinite(entry.time);
    default:
      return false;
  }
}

function isMapOf(values: unknown, type: 'number' | 'string'): boolean {
  return typeof values === 'object' && values !== null && Object.values(values).every((value) => typeof value === type);
}

function append(file: string, text: string): void {
  const descriptor = openSync(file, 'a');
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  } finally {
    closeSync(descriptor);
  }
}
