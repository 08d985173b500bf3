import { cpuFeatures } from './load/cpu-features.ts';

const oldestGlibc = [2, 27] as const;

/** Why TensorFlow's libraries cannot run on this machine whatever is installed, or undefined. */
export function machineProblem(): string | undefined {
  if (process.platform === 'win32') return 'there is no native engine for Windows (inside WSL2 there is)';
  if (process.platform !== 'linux') return undefined;
  const cpu = cpuFeatures();
  if (cpu.arch === 'x64' && cpu.features.length > 0 && !cpu.features.includes('avx')) return `this processor (${cpu.model}) lacks AVX, which TensorFlow needs`;
  const glibc = glibcVersion();
  if (glibc === undefined) return 'this system has no glibc, which TensorFlow needs (Alpine Linux uses musl)';
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  if (major < oldestGlibc[0] || (major === oldestGlibc[0] && minor < oldestGlibc[1]))
    return `this system has glibc ${glibc}, and TensorFlow needs ${oldestGlibc.join('.')} or later`;
  return undefined;
}

/** Undefined where the C library is another one. */
export function glibcVersion(): string | undefined {
  const { report } = process as { report?: { excludeNetwork?: boolean; getReport(): unknown } };
  if (report === undefined) return undefined;
  report.excludeNetwork = true; // looking up the names of open connections can take seconds
  return (report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
}
