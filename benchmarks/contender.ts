import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '@gradalign/core';
import type { BatchShape, Workload } from './cases.ts';
import type { KernelTime } from './kernel-profile.ts';

export interface Answer {
  /** Milliseconds of each step. */
  readonly milliseconds: readonly number[];
  /** Largest resident set of the process so far. */
  readonly peakKilobytes: number;
  /** Present if a profile was asked for. */
  readonly kernels?: readonly KernelTime[];
}

/** A process that takes steps on request and waits otherwise, so that contenders take turns on the machine. */
export class Contender implements Disposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;
  #errors = '';

  private constructor(name: string, command: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(command, args, { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (data: Buffer) => {
      this.#errors = `${this.#errors}${data}`.slice(-4000);
    });
    this.#child.on('error', (error) => {
      this.#errors += error.message;
    });
    this.#child.stdin.on('error', () => {}); // the missing answer reports it
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async ours(workload: Workload, batch: BatchShape, threads: number): Promise<Contender> {
    const file = fileURLToPath(new URL('ours-child.ts', import.meta.url));
    return Contender.start(`ours (${workload})`, process.execPath, [
      '--conditions=@gradalign/source',
      '--import',
      'tsx',
      file,
      JSON.stringify({ workload, batch, threads }),
    ]);
  }

  static async torch(python: string, workload: string, layout: string, batch: BatchShape, threads: number): Promise<Contender> {
    const file = fileURLToPath(new URL('torch_reference.py', import.meta.url));
    return Contender.start(`PyTorch (${workload}, ${layout})`, python, [file, JSON.stringify({ workload, layout, ...batch, threads })]);
  }

  /** Starts a process and waits for its first line, which means that it is ready. */
  static async start(name: string, command: string, args: readonly string[]): Promise<Contender> {
    const contender = new Contender(name, command, args);
    await contender.#read();
    return contender;
  }

  get pid(): number {
    return this.#child.pid ?? process.pid;
  }

  async take(steps: number, options: { readonly profile?: boolean } = {}): Promise<Answer> {
    return (await this.ask({ steps, ...options })) as Answer;
  }

  /** Sends one line of JSON and returns the one that answers it. */
  async ask(request: unknown): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#read();
  }

  async #read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    throw new UserError(
      `Cannot measure ${this.#name}: its process ended, expected an answer. It said: ${this.#errors.trim().split('\n').slice(-3).join(' | ')}`,
    );
  }

  [Symbol.dispose](): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
