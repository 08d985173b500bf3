import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';

/** Instruction sets that decide which kernels TensorFlow runs, and so the last bits of a result. */
const relevant = ['sse4_2', 'avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_bf16', 'asimd', 'sve', 'bf16'];

/** The processor, as far as it decides which kernels run. */
export interface CpuFeatures {
  readonly model: string;
  /** Logical processors. */
  readonly count: number;
  readonly arch: string;
  /** Instruction sets, as Linux names them; empty where the system does not report them. */
  readonly features: readonly string[];
}

export function cpuFeatures(): CpuFeatures {
  const all = cpus();
  return { model: all[0]?.model.trim() ?? 'unknown', count: all.length, arch: arch(), features: instructionSets() };
}

function instructionSets(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const present = new Set(line.split(' '));
    return relevant.filter((name) => present.has(name));
  } catch {
    return [];
  }
}
