// A process that judges one picture or clip after the other. What crashes it, or takes too long, does not take the service down.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cannot } from '@gradalign/core/settings';
import { type Liveness, type LivenessOptions, loadLiveness } from '@gradalign/liveness';
import { type ModelMetadata, metadataKey, parseMetadata, readProperties } from '@gradalign/model-format';
import { judgeMedia, RefusedMedia } from './judge-media.ts';
import type { JudgeAnswer, JudgeSettings, JudgeTask } from './judge-messages.ts';

const send = (answer: JudgeAnswer) => void process.send?.(answer);

// Signals reach the whole process group, but the parent decides when this process ends. Without the parent it has nothing to do.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));

process.once('message', (settings: JudgeSettings) => {
  void start(settings).catch((error: Error) => send({ failed: { message: error.message, isBug: !/^Cannot /.test(error.message) } }));
});

async function start(settings: JudgeSettings): Promise<void> {
  const bytes = read(settings.model, 'model', 'an ONNX file that gradalign export wrote');
  const golden = read(settings.golden, 'golden picture', 'the golden.json that was exported with the model').toString();
  const metadata = parseMetadata(readProperties(bytes).get(metadataKey));
  const detector = settings.cropped ? undefined : await detectorFor(metadata);
  const liveness = await loadLiveness(bytes, {
    golden,
    cropped: settings.cropped,
    limits: settings.refuse,
    ...(detector ? { detector } : {}),
    ...(settings.runtime === 'onnxruntime-node' ? { runtime: await nativeRuntime() } : {}),
  });
  const selfTest = await liveness.selfTest();
  if (!selfTest.passed)
    throw cannot(
      'start',
      `the model gives other numbers here than at its export (${JSON.stringify(selfTest.largestDifference)})`,
      `differences up to ${selfTest.tolerance}`,
    );
  answerTasks(liveness, settings);
  const { classes, run, decision, versions } = metadata;
  const model = { fingerprint: run.fingerprint, sha256: createHash('sha256').update(bytes).digest('hex'), classes, decision, versions };
  send({ ready: { model, selfTest } });
}

function answerTasks(liveness: Liveness, settings: JudgeSettings): void {
  let last: Promise<unknown> = Promise.resolve();
  process.on('message', (task: JudgeTask) => {
    last = last.then(async () => send(await answerTo(liveness, task, settings)));
  });
}

async function answerTo(liveness: Liveness, task: JudgeTask, settings: JudgeSettings): Promise<JudgeAnswer> {
  const { id } = task;
  try {
    return { id, verdict: await judgeMedia(liveness, task, settings), residentBytes: process.memoryUsage.rss() };
  } catch (error) {
    const residentBytes = process.memoryUsage.rss();
    return error instanceof RefusedMedia ? { id, refusal: error.refusal, residentBytes } : { id, error: (error as Error).message, residentBytes };
  }
}

function read(path: string, what: string, expected: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw cannot(`read the ${what} ${path}`, missing ? 'there is no such file' : (cause as Error).message, expected, { cause });
  }
}

/** The detector that prepared the training data, as the metadata recorded it. */
async function detectorFor({ preparation }: ModelMetadata): Promise<LivenessOptions['detector']> {
  if (preparation === null || preparation['faces'] === 'none') return undefined;
  const { createFaceDetector, recordedDetector } = await import('@gradalign/face-detector');
  return createFaceDetector(recordedDetector(preparation['detector']));
}

async function nativeRuntime(): Promise<NonNullable<LivenessOptions['runtime']>> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw cannot(
      'load the model',
      'onnxruntime-node is not installed here, or does not load',
      'it (npm install onnxruntime-node), or runtime: onnxruntime-web',
      {
        cause,
      },
    );
  }
}
