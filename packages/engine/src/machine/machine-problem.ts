import { type CpuFeatures, cpuFeatures } from './cpu-features.ts';

/** What decides whether TensorFlow's libraries run at all. */
export interface Machine {
  /** As `process.platform`. */
  readonly platform: string;
  readonly cpu: CpuFeatures;
  /** Undefined where the C library is another one. */
  readonly glibc?: string | undefined;
}

const oldestGlibc = [2, 27] as const;

/** Why TensorFlow's libraries cannot run on a machine whatever is installed, or undefined. */
export function machineProblem({ platform, cpu, glibc }: Machine = thisMachine()): string | undefined {
  if (platform === 'win32') return 'there is no native engine for Windows (inside WSL2 there is)';
  if (platform !== 'linux') return undefined;
  if (cpu.arch === 'x64' && cpu.features.length > 0 && !cpu.features.includes('avx')) return `this processor (${cpu.model}) lacks AVX, which TensorFlow needs`;
  if (glibc === undefined) return 'this system has no glibc, which TensorFlow needs (Alpine Linux uses musl)';
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  const isTooOld = major < oldestGlibc[0] || (major === oldestGlibc[0] && minor < oldestGlibc[1]);
  return isTooOld ? `this system has glibc ${glibc}, and TensorFlow needs ${oldestGlibc.join('.')} or later` : undefined;
}

function thisMachine(): Machine {
  return { platform: process.platform, cpu: cpuFeatures(), glibc: glibcVersion() };
}

/** Undefined where the C library is another one. */
export function glibcVersion(): string | undefined {
  const { report } = process as { report?: { excludeNetwork?: boolean; getReport(): unknown } };
  if (report === undefined) return undefined;
  report.excludeNetwork = true; // looking up the names of open connections can take seconds
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}
