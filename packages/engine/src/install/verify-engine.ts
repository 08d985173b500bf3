import { EngineError } from '../contracts/engine-error.ts';
import type { Variant } from '../installed/engine-lock.ts';
import { damagedFiles, readManifest } from '../installed/file-manifest.ts';
import { type EngineLocation, engineStatus } from '../installed/installed-engine.ts';
import { type InstallProgress, installProgress } from './install-progress.ts';
import { type SmokeResult, smokeRun } from './smoke-run.ts';

export interface VerifyEngineOptions extends EngineLocation {
  /** By default every variant that is installed. */
  readonly variant?: Variant;
  readonly progress?: (progress: InstallProgress) => void;
  readonly signal?: AbortSignal;
  /** How an engine whose files are sound is tried: a convolution in a child process by default. */
  readonly test?: (engine: { dir: string; binding: string }, signal?: AbortSignal) => Promise<SmokeResult>;
}

export interface VerifyResult {
  readonly variant: Variant;
  readonly dir: string;
  readonly files: number;
  readonly bytes: number;
  readonly smoke: SmokeResult;
  /** For a reader. */
  readonly summary: string;
}

/**
 * Compares every installed file with the digest that was recorded when it was unpacked from the pinned wheel, and tries
 * a convolution and its gradients in a child process.
 *
 * @throws EngineError where nothing is installed, or naming the files that are damaged.
 */
export async function verifyEngine({ variant, progress, signal, test = smokeRun, ...location }: VerifyEngineOptions = {}): Promise<VerifyResult[]> {
  const variants: Variant[] = variant === undefined ? ['cpu', 'gpu'] : [variant];
  const statuses = variants.map((each) => engineStatus(each, location)).filter(({ state }) => state !== 'absent' && state !== 'unsupported');
  if (statuses.length === 0)
    throw new EngineError('Cannot verify the native engine: it is not installed, expected it in the cache. Run: gradalign engine install');
  const begin = installProgress(progress);
  const results: VerifyResult[] = [];
  for (const status of statuses) {
    if (status.state === 'unsupported') continue;
    const repair = `gradalign engine remove && gradalign engine install${status.variant === 'gpu' ? ' --gpu' : ''}`;
    if (status.state !== 'ready') throw new EngineError(`Cannot verify the ${status.variant} engine: ${status.problem}, expected it complete. Run: ${repair}`);
    const folders = [status.dir, status.binding].map((folder) => ({ folder, files: readManifest(folder)?.files ?? [] }));
    const files = folders.flatMap((each) => each.files);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const report = begin('check', `the ${status.variant} engine`, bytes);
    let done = 0;
    const damaged: string[] = [];
    for (const { folder, files: listed } of folders) {
      damaged.push(
        ...(await damagedFiles(folder, listed, signal, (count) => {
          done += count;
          report(done);
        })),
      );
    }
    if (damaged.length > 0) {
      throw new EngineError(
        `Cannot trust the ${status.variant} engine: in ${status.dir}, ${damaged.join(', ')} differ${damaged.length === 1 ? 's' : ''} from what was installed, expected the pinned content. Run: ${repair}`,
      );
    }
    const smoke = await test(status, signal);
    const summary = `The ${status.variant} engine is sound: ${files.length} files, ${(bytes / 1e6).toFixed(0)} MB, TensorFlow ${smoke.tensorflow} convolves and takes gradients.`;
    results.push({ variant: status.variant, dir: status.dir, files: files.length, bytes, smoke, summary });
  }
  return results;
}
