import type { LeftOut, PredictionInput, PreparationRecord, TrainedRun } from '@gradalign/core';
import type { InputSettings } from '@gradalign/datasets';
import type { Terminal } from '../terminal.ts';

/** A picture or a video to score. */
export interface InputFile {
  readonly path: string;
  readonly kind: 'image' | 'video';
}

/** What `predict` scores, and what it found and does not score. */
export interface FoundInputs {
  readonly files: readonly InputFile[];
  readonly leftOut: readonly LeftOut[];
}

/** Files as they are, and all pictures and videos below folders, by name; hidden ones are skipped, other kinds and links that lead out are left out. */
export async function findInputs(given: readonly string[]): Promise<FoundInputs> {
  const { findImages, videoEnding } = await import('@gradalign/core/images');
  const leftOut: LeftOut[] = [];
  const paths = findImages(given, (one) => leftOut.push(one), { videos: true });
  return { files: paths.map((path) => ({ path, kind: videoEnding.test(path) ? 'video' : 'image' })), leftOut };
}

/** How inputs are made ready, and how to let go of the detector. */
export interface InputPreparation extends AsyncDisposable {
  readonly settings: InputSettings;
}

/**
 * The settings that the run's data were prepared with, from its results, and a face detector where they need one.
 *
 * @param cropped the user says that inputs are crops already
 * @throws UserError, exit code 2, where sources were cropped in different ways, or there is no detector
 */
export async function inputPreparation(run: TrainedRun, cropped: boolean, terminal: Terminal, signal: AbortSignal): Promise<InputPreparation> {
  const [{ framesPerVideo }, { parseFrameChoice, findFfmpeg }] = await Promise.all([import('@gradalign/core'), import('@gradalign/datasets')]);
  const record = await preparationOf(run, cropped);
  const pixelAspect = typeof record !== 'string' && record['pixelAspect'] === 'keep' ? ('keep' as const) : ('correct' as const);
  const common = { framesPerVideo: framesPerVideo(run.experiment), size: run.experiment.data.image.size, ffmpeg: findFfmpeg, signal, pixelAspect };
  if (typeof record === 'string' || cropped) {
    if (!cropped) terminal.notice(`${record as string}: inputs are scored as they are, without looking for a face (--cropped if they are crops)`);
    const frames = parseFrameChoice(typeof record === 'string' ? 'every=5' : textOf(record, 'frames', 'every=5'));
    return { settings: { ...common, frames }, [Symbol.asyncDispose]: async () => {} };
  }
  const frames = parseFrameChoice(textOf(record, 'frames', 'every=5'));
  const faces = textOf(record, 'faces', 'auto');
  const crop = await cropOf(record);
  if (faces === 'none') return { settings: { ...common, frames, crop }, [Symbol.asyncDispose]: async () => {} };
  if (faces === 'annotation') terminal.notice("the run's data were cropped at the data sets' own face boxes; here a detector finds the face");
  const detector = await openDetector(textOf(record, 'detector', ''));
  return { settings: { ...common, frames, crop: { ...crop, detector } }, [Symbol.asyncDispose]: async () => detector.close() };
}

/** Inputs one after the other; what is wrong with one is said of it alone. */
export async function* prepared(files: readonly InputFile[], settings: InputSettings): AsyncGenerator<PredictionInput> {
  const { BrokenClipError, prepareInput } = await import('@gradalign/datasets');
  for (const { path, kind } of files) {
    settings.signal?.throwIfAborted();
    try {
      yield { path, kind, ...(await prepareInput(path, kind, settings)) };
    } catch (error) {
      if (!(error instanceof BrokenClipError)) throw error;
      yield { path, kind, images: [], error: error.message };
    }
  }
}

/** The one way in which the run's sources were prepared, or why there is none. */
async function preparationOf({ results }: TrainedRun, cropped: boolean): Promise<PreparationRecord | string> {
  const { cannot, commonPreparation } = await import('@gradalign/core');
  if (!results) return 'the run has not finished, and does not say how its pictures were cropped';
  if (!results.preparation) return 'the run is of an older version, and does not say how its pictures were cropped';
  const { record, differs } = commonPreparation(results.preparation);
  if (record === null) return "the run's pictures were not made by gradalign data prepare";
  if (differs !== undefined && !cropped)
    throw cannot('crop inputs as the run was trained', differs, '--cropped, with crops made in the way that you choose', { exitCode: 2 });
  return record;
}

async function cropOf({ crop, format }: PreparationRecord): Promise<Omit<NonNullable<InputSettings['crop']>, 'detector'>> {
  const { cropConvention } = await import('@gradalign/datasets');
  const { name, size, margin, square, align } = (crop ?? {}) as Readonly<Record<string, unknown>>;
  const convention = cropConvention(String(name), {
    ...(typeof size === 'number' ? { size } : {}),
    ...(typeof margin === 'number' ? { margin } : {}),
    ...(typeof square === 'boolean' ? { square } : {}),
    ...(align === 'eyes' || align === 'none' ? { align } : {}),
  });
  const [, quality] = /^jpeg (\d+)$/.exec(String(format)) ?? [];
  return { convention, format: quality === undefined ? { kind: 'png', quality: 100 } : { kind: 'jpeg', quality: Math.min(100, Math.max(1, Number(quality))) } };
}

/** The detector that was recorded. */
async function openDetector(recorded: string) {
  const { cannot } = await import('@gradalign/core');
  const { createDetector } = await import('./open-face-detector.ts');
  try {
    const { recordedDetector } = await import('@gradalign/face-detector');
    const { model, minimumScore } = recordedDetector(recorded);
    return await createDetector({ network: model, minimumScore, workers: 1 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw cannot(
      'find faces',
      '@gradalign/face-detector is not installed',
      'it (npm install @gradalign/face-detector), or --cropped if inputs are crops already',
      { cause, exitCode: 2 },
    );
  }
}

function textOf(record: PreparationRecord, key: string, otherwise: string): string {
  const { [key]: value } = record;
  return typeof value === 'string' ? value : otherwise;
}
