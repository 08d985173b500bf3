import { EngineError } from '../contracts/engine-error.ts';
import type { Variant } from '../installed/engine-lock.ts';
import { damagedFiles, readManifest } from '../installed/file-manifest.ts';
import { type EngineLocation, engineStatus } from '../installed/installed-engine.ts';
import { type InstallProgress, installProgress } from './install-progress.ts';
import { type SmokeResult, smokeRun } from './smoke-run.ts';

/** Options of {@link verifyEngine}. */
export interface VerifyEngineOptions extends EngineLocation {
  /** All installed variants by default. */
  readonly variant?: Variant;
  /** Called at most ten times a second. */
  readonly progress?: (progress: InstallProgress) => void;
  /** Stops the verification, which then rejects. */
  readonly signal?: AbortSignal;
  /** Tests an engine whose files are intact: by default with a convolution in a child process. */
  readonly test?: (engine: { dir: string; binding: string }, signal?: AbortSignal) => Promise<SmokeResult>;
}

/** One variant that was found intact. Plain data. */
export interface VerifyResult {
  readonly variant: Variant;
  /** Folder of the engine. */
  readonly dir: string;
  /** Number of files that were compared. */
  readonly files: number;
  /** Their total size. */
  readonly bytes: number;
  /** What the test run measured. */
  readonly smoke: SmokeResult;
  /** One sentence to display. */
  readonly summary: string;
}

/**
 * Compares every installed file with the digest recorded when it was unpacked from the pinned wheel, then computes a
 * convolution and its gradients in a child process.
 *
 * @returns One result for each installed variant.
 * @throws EngineError if nothing is installed, if files are damaged (it names them), or if the test run fails.
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
    if (status.state !== 'ready')
      throw new EngineError(`Cannot verify the ${status.variant} engine: ${status.problem}, expected a complete one. Run: ${repair}`);
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
    const summary = `The ${status.variant} engine is intact: ${files.length} files, ${(bytes / 1e6).toFixed(0)} MB, TensorFlow ${smoke.tensorflow} computes a convolution and its gradients.`;
    results.push({ variant: status.variant, dir: status.dir, files: files.length, bytes, smoke, summary });
  }
  return results;
}
