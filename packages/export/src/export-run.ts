import { type Calibration, cannot, type Decision, type TrainedRun } from '@gradalign/core';
import { goldenName, type ModelMetadata, metadataKey } from '@gradalign/model-format';
import { type ChosenImages, checkImages } from './check/check-images.ts';
import { runOnnx, runtime } from './check/run-onnx.ts';
import { largestDifference, runOutputs } from './check/run-outputs.ts';
import { describeModel, readableProperties } from './describe-model.ts';
import { goldenPicture } from './golden-picture.ts';
import { foldBatchNorms } from './graph/fold-batch-norms.ts';
import { foldPaddings } from './graph/fold-paddings.ts';
import { encodeOnnx } from './onnx/encode-onnx.ts';
import { isKnownKernel } from './onnx/kernels.ts';
import { lowerGraph } from './onnx/lower-graph.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import { packageVersion } from './onnx/package-version.ts';
import { checkOutput, writeTogether } from './output-file.ts';
import { measureModel, type QuantizationComparison, quantizationData, quantizeRun } from './quantize/quantize-run.ts';
import { traceModel } from './trace/trace-model.ts';

/** Options of `exportRun`. */
export interface ExportOptions {
  /** The file to write, which ends with .onnx. An earlier one is kept until the new one is checked. */
  readonly output: string;
  /** Thresholds and calibration; default: the thresholds that the run fixed itself, and no calibration. */
  readonly decision?: Decision;
  readonly decisionName?: string;
  /** Of the weights, as an SPDX name; stands in the metadata. */
  readonly license?: string;
  /** Compares the file with the run before it is done; default: true. */
  readonly check?: boolean;
  /** Convolutions in 8-bit integers, calibrated on the run's source images; default: all in float32. */
  readonly quantize?: 'int8';
  readonly signal?: AbortSignal;
}

/** What `exportRun` wrote. Plain JSON. */
export interface ExportedRun {
  readonly output: string;
  /** The golden picture beside it. */
  readonly golden: string;
  readonly bytes: number;
  readonly nodes: number;
  /** Weights and other constants. */
  readonly parameters: number;
  readonly metadata: ModelMetadata;
  /** Images of the check: `source images`; absent without a check. */
  readonly checkedOn?: string;
  /** Of a quantized model: beside the float one. */
  readonly quantized?: QuantizationComparison;
}

/** Images that an export is compared on. */
const checkedImages = 32;

/** The largest difference that rounding in float32 explains; of logits beyond 1 a share of their size. */
const tolerance = 1e-4;

/**
 * Writes a trained run as an ONNX model, and its golden picture beside it.
 *
 * @throws UserError where a kernel has no counterpart in ONNX, the exported model differs from the run by more than 1e-4 (logits beyond 1: of their size), or a file cannot be written:
 * nothing is left behind, and an earlier export stays
 */
export async function exportRun(run: TrainedRun, options: ExportOptions): Promise<ExportedRun> {
  const { output, decision, check = true, signal } = options;
  checkOutput(output, '.onnx');
  if (decision && (decision.weights !== run.weights || decision.checkpoint !== run.checkpoint))
    throw cannot(
      'export with the decision',
      `it was made for ${decision.weights} weights at ${decision.checkpoint}, and these are ${run.weights} at ${run.checkpoint}`,
      'the same weights, or a decision for these',
      { exitCode: 2 },
    );
  const broken = run.model.weights.nonFinite();
  if (broken !== undefined) throw cannot('export the run', `its weight ${broken} is not finite`, 'finite weights');
  const calibration = decision && !('error' in decision.frame.calibration) ? decision.frame.calibration : undefined;
  const graph = graphOf(run, calibration);
  signal?.throwIfAborted();
  const encode = (of: OnnxGraph, metadata: ModelMetadata) =>
    encodeOnnx(of, {
      version: packageVersion(),
      description: describe(run),
      properties: { ...readableProperties(metadata), [metadataKey]: JSON.stringify(metadata) },
    });
  const unchecked = await describeModel(run, { ...(calibration ? { calibration } : {}), ...options, check: { done: false } });
  const images = check ? await checkImages(run, checkedImages) : undefined;
  const float = images ? { ...unchecked, check: await compare(run, encode(graph, unchecked), images, calibration, signal) } : unchecked;
  const chosen = options.quantize ? await quantized(run, { graph, metadata: float, encode, signal }) : { graph, metadata: float };
  const model = encode(chosen.graph, chosen.metadata);
  const golden = goldenName(output);
  const { size, channels } = run.loader.image;
  const scored = async (data: Float32Array) => runOnnx(model, { data, shape: [size, size, channels] }, 'values', signal);
  const picture = await goldenPicture(run, model, calibration, options.quantize ? scored : undefined);
  signal?.throwIfAborted();
  writeTogether([
    [output, model],
    [golden, `${JSON.stringify(picture)}\n`],
  ]);
  const parameters = [...chosen.graph.constants.values()].reduce((sum, { data }) => sum + data.length, 0);
  return {
    ...{ output, golden, bytes: model.byteLength, nodes: chosen.graph.nodes.length, parameters, metadata: chosen.metadata },
    ...(images ? { checkedOn: images.from } : {}),
    ...('comparison' in chosen ? { quantized: chosen.comparison } : {}),
  };
}

interface FloatModel {
  readonly graph: OnnxGraph;
  readonly metadata: ModelMetadata;
  readonly encode: (graph: OnnxGraph, metadata: ModelMetadata) => Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** The model in 8 bits, and both models on the same images. */
async function quantized(run: TrainedRun, { graph, metadata, encode, signal }: FloatModel) {
  const { size, channels } = run.loader.image;
  const shape = [size, size, channels];
  const data = await quantizationData(run);
  const small = await quantizeRun(graph, (of) => encode(of, metadata), data.calibration, shape, signal);
  const threshold = metadata.thresholds?.image.value;
  const own: ModelMetadata = {
    ...metadata,
    quantization: { weights: 'int8 by channel', activations: 'uint8', calibratedOn: `${data.calibration.length / (size * size * channels)} source images` },
  };
  const measure = (of: OnnxGraph, about: ModelMetadata) => measureModel(encode(of, about), data.compared, shape, threshold, signal);
  const comparison: QuantizationComparison = {
    images: data.compared.samples.length,
    measuredOn: data.measuredOn,
    float: await measure(graph, metadata),
    int8: await measure(small, own),
  };
  return { graph: small, metadata: own, comparison };
}

/**
 * The graph of a run's model, from pixels to probabilities.
 *
 * @throws UserError that names kernels without a counterpart in ONNX
 */
export function graphOf(run: TrainedRun, calibration: Calibration | undefined): OnnxGraph {
  const { mean, std } = run.experiment.data.image;
  const traced = foldBatchNorms(foldPaddings(traceModel(run, isKnownKernel)));
  return lowerGraph(traced, { mean, std, classes: run.classes.length, logitScale: run.risk.logitScale ?? 1, ...(calibration ? { calibration } : {}) });
}

async function compare(
  run: TrainedRun,
  model: Uint8Array,
  { raw }: ChosenImages,
  calibration: Calibration | undefined,
  signal: AbortSignal | undefined,
): Promise<ModelMetadata['check']> {
  const { size, channels } = run.loader.image;
  const ours = runOutputs(run, raw, calibration);
  const theirs = await runOnnx(model, { data: raw, shape: [size, size, channels] }, 'values', signal);
  const logit = largestDifference(ours.logit, theirs.logit);
  const probability = largestDifference(ours.probability, theirs.probability);
  // Float32 rounds large logits by more: those of a network after a few steps may be hundreds.
  if (Math.max(largestDifference(ours.logit, theirs.logit, { relative: true }), probability) > tolerance)
    throw cannot(
      'export the run',
      `the exported model differs from it by ${logit.toExponential(1)} in logits and ${probability.toExponential(1)} in probabilities`,
      `at most ${tolerance} (of logits beyond 1: of their size); nothing is written`,
    );
  return { done: true, images: ours.logit.length, runtime, largestDifference: { logit, probability } };
}

function describe({ experiment }: TrainedRun): string {
  return `Presentation attack detection by gradalign: ${experiment.model.use}, trained by ${experiment.optimizer.use} on ${Object.keys(experiment.data.source).join(', ')}`;
}
