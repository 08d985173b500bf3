import { spawnSync } from 'node:child_process';

/** What a command of SLURM printed, or why it could not be asked. */
export type SlurmAnswer = { readonly out: string } | { readonly error: string; readonly absent: boolean };

/** ms that a controller may take. */
const patience = 120_000;

/** Runs a command of SLURM without a shell. */
export function askSlurm(command: 'sbatch' | 'scancel' | 'squeue' | 'sacct' | 'scontrol', args: readonly string[]): SlurmAnswer {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: patience,
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    // States and errors are read: in English, and dates as they are.
    env: { ...process.env, LC_ALL: 'C.UTF-8', SLURM_TIME_FORMAT: 'standard' },
  });
  if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') return { error: `there is no ${command} on the PATH`, absent: true };
  if (error) return { error: `${command} cannot be run: ${error.message}`, absent: false };
  if (status === 0) return { out: stdout };
  const said = stderr.trim().split('\n').slice(-5).join(' | ');
  return { error: `${command} ${signal ? `was ended by ${signal}` : `ended with exit code ${status}`}${said === '' ? '' : `: ${said}`}`, absent: false };
}
