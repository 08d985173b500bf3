import type { EngineReport } from './engine-report-type.ts';

/** CUDA 12 runs on every driver from this one on. */
const oldestDriver = [525, 60] as const;

/** What to do about each thing that is missing, the most useful first. */
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
  if (used.engine === 'wasm' && !fails && cpu?.state === 'ready') advice.push('The native engine is installed and not used: unset GRADALIGN_ENGINE to use it.');
  if (needsInstall && !canInstall)
    advice.push('Install a C++ compiler, which the native engine needs (on Debian or Ubuntu: apt install g++; on macOS: xcode-select --install).');
  if (needsInstall && tools.python === undefined && tools.indexes.length === 0) {
    advice.push(
      'Install Python with pip, or name a package index by PIP_INDEX_URL or in pip.conf: there is nowhere to fetch TensorFlow from. Or fetch the wheel elsewhere: gradalign engine install --wheels <folder>',
    );
  }
  if (needsInstall) advice.push('Install the native engine, 10 to 20 times faster than wasm: gradalign engine install');
  if (fails) advice.push('Check the files of the engine, which does not run: gradalign engine verify. If they are sound, report what it says.');
  if (machine.nvidia.device && gpu !== undefined && gpu.state !== 'ready' && gpu.state !== 'unsupported') {
    advice.push('There is an NVIDIA device that nothing uses: gradalign engine install --gpu (2.1 GB to fetch, 3.6 GB on disk).');
  }
  if (machine.nvidia.device && machine.nvidia.driver !== undefined && isOlder(machine.nvidia.driver)) {
    advice.push(`Update NVIDIA's driver: ${machine.nvidia.driver} is older than ${oldestDriver.join('.')}, which CUDA 12 needs.`);
  }
  if (gpu?.state === 'ready' && !machine.nvidia.device)
    advice.push('The GPU engine is installed and not used: there is no /dev/nvidiactl or /dev/dxg (in a container, pass the device through).');
  if (variables['TF_ENABLE_ONEDNN_OPTS'] === '0') advice.push('Unset TF_ENABLE_ONEDNN_OPTS: without oneDNN training takes 1.3 times as long and more.');
  for (const { name, bytes } of cache.others)
    advice.push(`${(bytes / 1e6).toFixed(0)} MB are taken by ${name}, of another version: gradalign engine remove --all, then install.`);
  return advice;
}

function isOlder(driver: string): boolean {
  const [major = 0, minor = 0] = driver.split('.').map(Number);
  return major < oldestDriver[0] || (major === oldestDriver[0] && minor < oldestDriver[1]);
}
