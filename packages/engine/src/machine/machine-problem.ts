import { type CpuFeatures, cpuFeatures } from './cpu-features.ts';
import { isOlder } from './is-older.ts';

/** What decides whether TensorFlow's libraries can run at all. */
export interface Machine {
  /** As `process.platform`. */
  readonly platform: string;
  readonly cpu: CpuFeatures;
  /** Undefined with another C library. */
  readonly glibc?: string | undefined;
}

const oldestGlibc = [2, 27] as const;

/** Why TensorFlow's libraries cannot run on a machine, whatever is installed; undefined if they can. */
export function machineProblem({ platform, cpu, glibc }: Machine = thisMachine()): string | undefined {
  if (platform === 'win32') return 'there is no native engine for Windows (inside WSL2 there is)';
  if (platform !== 'linux') return undefined;
  if (cpu.arch === 'x64' && cpu.features.length > 0 && !cpu.features.includes('avx')) return `this processor (${cpu.model}) lacks AVX, which TensorFlow needs`;
  if (glibc === undefined) return 'this system has no glibc, which TensorFlow needs (Alpine Linux uses musl)';
  return isOlder(glibc, oldestGlibc) ? `this system has glibc ${glibc}, and TensorFlow needs ${oldestGlibc.join('.')} or later` : undefined;
}

function thisMachine(): Machine {
  return { platform: process.platform, cpu: cpuFeatures(), glibc: glibcVersion() };
}

/** Version of glibc; undefined with another C library. */
export function glibcVersion(): string | undefined {
  const { report } = process as { report?: { excludeNetwork?: boolean; getReport(): unknown } };
  if (report === undefined) return undefined;
  report.excludeNetwork = true; // looking up the names of open connections can take seconds
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}
