import { type Calibration, commonPreparation, type Decision, framesPerVideo, logOdds, type OperatingPoint, type TrainedRun } from '@gradalign/core';
import type { ModelMetadata } from '@gradalign/model-format';
import { modelCurves } from './model-curves.ts';
import { opset } from './onnx/encode-onnx.ts';
import { packageVersion } from './onnx/package-version.ts';

/** What the metadata say besides what the run knows. */
export interface DescribeOptions {
  readonly decision?: Decision;
  readonly decisionName?: string;
  readonly calibration?: Calibration;
  readonly license?: string;
  readonly check: ModelMetadata['check'];
  readonly quantization?: NonNullable<ModelMetadata['quantization']>;
}

/** The metadata of a run's exported model. */
export async function describeModel(
  run: TrainedRun,
  { decision, decisionName, calibration, license, check, quantization }: DescribeOptions,
): Promise<ModelMetadata> {
  const { experiment, results, classes, risk } = run;
  const { size, channels } = run.loader.image;
  const scale = decision?.scale ?? run.scale ?? (risk.logit ? 'logit' : 'probability');
  const aggregate = decision?.aggregate ?? experiment.evaluate.aggregate;
  const ofVideos = decision?.video.calibration;
  const onLogits = (value: number) => (scale === 'logit' ? value : thresholdAsLogit(value, risk.logit ? (risk.logitScale ?? 1) : 1));
  return {
    format: 1,
    image: { size, channels, interpolation: experiment.data.image.interpolation },
    preparation: preparationOf(run),
    classes,
    ...(classes.length === 2 ? { scale: 'logit' } : {}),
    ...(risk.logit ? { logitScale: risk.logitScale ?? 1 } : {}),
    calibration:
      calibration?.method === 'isotonic'
        ? { method: 'isotonic', points: calibration.points.length }
        : calibration
          ? { method: 'temperature', temperature: calibration.temperature }
          : null,
    videoCalibration: ofVideos && !('error' in ofVideos) ? ofVideos : null,
    decision: decisionName ?? null,
    thresholds: thresholdsOf(run, decision, decisionName, onLogits),
    ...{ aggregate, aggregated: scale, framesPerVideo: framesPerVideo(experiment) },
    ...(await modelCurves(run, { aggregate, onLogits })),
    training: {
      domains: Object.fromEntries(Object.keys(experiment.data.source).map((name) => [name, results?.protocol?.training[name]?.images ?? null])),
      model: experiment.model.use,
      method: results?.method ?? experiment.optimizer.use,
      seed: experiment.seed,
    },
    run: { fingerprint: results?.identity?.digest ?? null, checkpoint: run.checkpoint, weights: run.weights },
    versions: versions(run),
    license: license ?? null,
    check,
    ...(quantization ? { quantization } : {}),
  };
}

/** A model of sources that were not made alike says so: nobody can crop for it. */
function preparationOf({ results }: TrainedRun): ModelMetadata['preparation'] {
  const { record, differs } = commonPreparation(results?.preparation ?? {});
  return differs === undefined ? record : { differs };
}

/** The properties of the file: the JSON, and what people look for in a viewer. */
export function readableProperties({
  image,
  preparation,
  classes,
  thresholds,
  scale,
  training,
  run,
  versions,
  license,
  check,
}: ModelMetadata): Record<string, string> {
  return {
    input: `image: float32 [n, ${image.size}, ${image.size}, ${image.channels}], ${image.channels === 3 ? 'RGB' : 'gray'}, 0..255; a face crop`,
    outputs:
      classes.length === 2 ? `logit [n], probability [n] of ${classes[1]}, features [n, d]` : 'logit [n, classes], probability [n, classes], features [n, d]',
    'image size': `${image.size} x ${image.size}, resized by ${image.interpolation}`,
    crop: cropOf(preparation),
    classes: classes.join(', '),
    threshold: thresholds ? `${classes[1]} where ${scale} >= ${thresholds.image.value} (${thresholds.image.from})` : 'none',
    'training domains': Object.keys(training.domains).join(', '),
    run: run.fingerprint ?? 'unknown',
    versions: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    license: license ?? 'not stated',
    checked: check.done ? `${check.images} images by ${check.runtime}` : 'no (--no-check)',
  };
}

function cropOf(preparation: ModelMetadata['preparation']): string {
  if (preparation === null) return 'not known: whole pictures are scored';
  if (typeof preparation['differs'] === 'string') return `differs between sources: ${preparation['differs']}`;
  const crop = (preparation['crop'] ?? {}) as Readonly<Record<string, unknown>>;
  const told = ['name', 'size', 'margin', 'square', 'align'].flatMap((key) => (crop[key] === undefined ? [] : [`${key} ${crop[key]}`]));
  return `${told.join(', ')}; saved as ${preparation['format'] ?? 'not known'}`;
}

/**
 * A threshold of a probability, on the scale of the exported logit: the exported probability may be calibrated, and thresholds are not. Runs of older
 * versions, and losses that give no logit, have such thresholds.
 */
export function thresholdAsLogit(probability: number, logitScale: number): number {
  return logOdds({ probabilities: [1 - probability, probability] }) / logitScale;
}

function thresholdsOf(
  { classes, thresholds }: TrainedRun,
  decision: Decision | undefined,
  name: string | undefined,
  onLogits: (value: number) => number,
): ModelMetadata['thresholds'] {
  if (classes.length !== 2) return null;
  if (!decision) {
    if ('error' in thresholds) return null;
    const of = ({ value, from }: OperatingPoint) => ({ value: onLogits(value), from });
    return { image: of(thresholds.frame), video: of(thresholds.video) };
  }
  const of = ({ threshold, interval }: Decision['frame']) => ({
    value: onLogits(threshold),
    from: `decision '${name}', chosen on ${decision.chosenOn}`,
    ...(interval ? { interval: [onLogits(interval[0]), onLogits(interval[1])] as const } : {}),
  });
  return { image: of(decision.frame), video: of(decision.video) };
}

function versions({ results }: TrainedRun): Record<string, string> {
  const { engine } = results?.identity ?? {};
  return { gradalign: packageVersion(), node: process.versions.node, opset: String(opset), ...(engine ? { [engine.name]: engine.version } : {}) };
}
