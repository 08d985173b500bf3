import { spawn } from 'node:child_process';

export interface CommandResult {
  /** -1 if the command could not be started or was killed. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** ms */
  readonly timeout?: number;
}

/** Runs a command to its end. Failure shows in its exit code; only an aborted signal rejects. */
export function runCommand(command: string, args: readonly string[], { signal, ...options }: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, ...(signal !== undefined && { signal }), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => (signal?.aborted ? reject(error) : resolve({ code: -1, stdout, stderr: error.message })));
    child.on('close', (code, killedBy) => resolve({ code: code ?? -1, stdout, stderr: killedBy === null ? stderr : `${stderr}\nended by ${killedBy}` }));
  });
}

/** The last lines of stderr, or of stdout where stderr is empty, joined into one. */
export function lastLines({ stdout, stderr }: CommandResult, count = 3): string {
  return (stderr.trim() || stdout.trim()).split('\n').slice(-count).join(' | ');
}
