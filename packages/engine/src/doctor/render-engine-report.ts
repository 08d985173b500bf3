import type { EngineReport } from './engine-report-type.ts';

/** The report as text: a table with one line for each finding, then what to do. */
export function renderEngineReport(report: EngineReport): string {
  const { used, speed, engines, machine, versions, cache, tools, variables, advice } = report;
  const rows: [title: string, text: string][] = [
    ['Engine', used.engine === 'wasm' ? 'wasm (tfjs, one thread)' : `tensorflow ${versions.tensorflow}, ${used.variant === 'gpu' ? 'GPU' : 'CPU'} variant`],
    ['  because', used.reason],
  ];
  if (speed !== undefined && 'problem' in speed) rows.push(['Speed', `does not run: ${speed.problem}`]);
  else if (speed !== undefined) {
    rows.push([
      'Speed',
      `${speed.matrixProduct} GFLOP/s in a matrix product, ${speed.convolution} GFLOP/s in a convolution, on ${speed.gpu ? 'the GPU' : counted(speed.threads, 'thread')}`,
    ]);
    rows.push(['  loads in', `${(speed.loadMilliseconds / 1000).toFixed(2)} s`]);
  }
  for (const { variant, state, dir, bytes, problem } of engines) {
    rows.push([`${variant.toUpperCase()} engine`, state === 'ready' ? `ready, ${megabytes(bytes)}, ${dir}` : `${words[state]}: ${problem}`]);
  }
  rows.push(
    ['Processor', `${machine.cpu.model}, ${machine.cpu.count} logical, ${machine.threads} usable, ${megabytes(machine.memory)} memory`],
    ['  features', machine.cpu.features.join(' ') || 'not reported by the system'],
    ['NVIDIA', machine.nvidia.device ? `device present, driver ${machine.nvidia.driver ?? 'unknown'}` : 'no device'],
    ['System', `${machine.platform}, ${machine.system}${machine.glibc === undefined ? '' : `, glibc ${machine.glibc}`}, Node ${versions.node}`],
    ['Versions', `@gradalign/engine ${versions.engine}, tfjs-core ${versions.tfjsCore}, TensorFlow ${versions.tensorflow} pinned`],
    ['Cache', `${cache.folder}${cache.free === undefined ? '' : `, ${megabytes(cache.free)} free`}`],
    ['Binding', tools.binding],
    ['Compiler', tools.compiler ?? 'none'],
    ['pip', tools.python === undefined ? 'none' : `${tools.python} -m pip`],
    ['Indexes', tools.indexes.join(', ') || "none in pip's settings (pip has a default)"],
  );
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  if (set.length > 0) rows.push(['Variables', set.join(' ')]);
  const width = Math.max(...rows.map(([title]) => title.length)) + 2;
  const table = rows.map(([title, text]) => `${title.padEnd(width)}${text}`);
  const todo = advice.length === 0 ? ['Nothing is missing.'] : ['To do:', ...advice.map((sentence) => `- ${sentence}`)];
  return [...table, '', ...todo].join('\n');
}

const words = { unsupported: 'not available', absent: 'absent', damaged: 'damaged', 'no-binding': 'not complete' } as const;

function megabytes(bytes = 0): string {
  return bytes >= 10e9 ? `${(bytes / 1e9).toFixed(0)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
