import { isOlder } from '../machine/is-older.ts';
import type { EngineReport } from './engine-report-type.ts';

/** The oldest driver that CUDA 12 runs on. */
const oldestDriver = [525, 60] as const;

/** What to do about each thing that is missing or wrong, most useful first. */
export function engineAdvice(report: Omit<EngineReport, 'advice'>): string[] {
  const { used, speed, machine, tools, cache, variables } = report;
  if (machine.problem !== undefined) {
    return [
      `The wasm engine is used, 10 to 20 times slower, because ${machine.problem}. The native engine runs on Linux with glibc 2.27 or later and on macOS with Apple silicon.`,
    ];
  }
  const advice: string[] = [];
  const cpu = report.engines.find(({ variant }) => variant === 'cpu');
  const gpu = report.engines.find(({ variant }) => variant === 'gpu');
  const canInstall = tools.binding === 'prebuilt' || (tools.binding === 'to be compiled' && tools.compiler !== undefined);
  const needsInstall = cpu?.state === 'absent' || cpu?.state === 'damaged' || cpu?.state === 'no-binding';
  const fails = speed !== undefined && 'problem' in speed;
  if (used.engine === 'wasm' && !fails && cpu?.state === 'ready') advice.push('The native engine is installed but not used: unset GRADALIGN_ENGINE to use it.');
  if (needsInstall && !canInstall)
    advice.push('Install a C++ compiler, which the native engine needs (on Debian or Ubuntu: apt install g++; on macOS: xcode-select --install).');
  if (needsInstall && tools.python === undefined && tools.indexes.length === 0) {
    advice.push(
      'Install Python with pip, or name a package index by PIP_INDEX_URL or in pip.conf: there is nowhere to download TensorFlow from. Or download the wheel on another machine: gradalign engine install --wheels <folder>',
    );
  }
  if (needsInstall) advice.push('Install the native engine, 10 to 20 times faster than wasm: gradalign engine install');
  if (fails) advice.push('The engine does not run. Check its files: gradalign engine verify. If they are intact, please report the error.');
  if (machine.nvidia.device && gpu !== undefined && gpu.state !== 'ready' && gpu.state !== 'unsupported') {
    advice.push('There is an unused NVIDIA device: gradalign engine install --gpu (2.1 GB to download, 3.6 GB on disk).');
  }
  if (machine.nvidia.device && machine.nvidia.driver !== undefined && isOlder(machine.nvidia.driver, oldestDriver)) {
    advice.push(`Update NVIDIA's driver: ${machine.nvidia.driver} is older than ${oldestDriver.join('.')}, which CUDA 12 needs.`);
  }
  if (gpu?.state === 'ready' && !machine.nvidia.device)
    advice.push('The GPU engine is installed but not used: there is no /dev/nvidiactl or /dev/dxg (in a container, pass the device through).');
  if (variables['TF_ENABLE_ONEDNN_OPTS'] === '0') advice.push('Unset TF_ENABLE_ONEDNN_OPTS: without oneDNN, training takes at least 1.3 times as long.');
  for (const { name, bytes } of cache.others)
    advice.push(`${(bytes / 1e6).toFixed(0)} MB are used by ${name}, of another version: gradalign engine remove --all, then install.`);
  return advice;
}
