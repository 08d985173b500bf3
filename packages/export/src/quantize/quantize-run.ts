import { cannot, type Sample, type TrainedRun } from '@gradalign/core';
import { figures } from '@gradalign/metrics';
import { imagesOf, toRaw } from '../check/check-images.ts';
import { runOnnx } from '../check/run-onnx.ts';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { quantizedTensors, quantizeGraph } from './quantize-graph.ts';

/** How a model does on held-out images. */
export interface ModelFigures {
  readonly bytes: number;
  /** By onnxruntime's WebAssembly build on one thread. */
  readonly imagesPerSecond: number;
  /** Two classes; absent where the held-out share lacks a kind. */
  readonly auc?: number;
  /** At the threshold of the float model; absent without one. */
  readonly hter?: number;
}

/** Both models on the same images. Plain JSON. */
export interface QuantizationComparison {
  readonly images: number;
  readonly measuredOn: 'the held-out source share' | 'source images that activations were calibrated on';
  readonly float: ModelFigures;
  readonly int8: ModelFigures;
}

/** Source images that the ranges of activations are taken from. */
const calibrationImages = 128;

/** Held-out images that both models are compared on, at most. */
const comparedImages = 512;

/** The images of a run's sources that activations are calibrated on, and those both models are compared on. */
export interface QuantizationData {
  readonly calibration: Float32Array;
  readonly compared: { readonly raw: Float32Array; readonly samples: readonly Sample[] };
  readonly measuredOn: QuantizationComparison['measuredOn'];
}

/** @throws UserError where the data of the run's sources cannot be read */
export async function quantizationData(run: TrainedRun): Promise<QuantizationData> {
  const { sources } = await run.domains();
  const calibration = await imagesOf(
    run,
    sources.flatMap(({ samples }) => samples),
    calibrationImages,
  );
  if (calibration.samples.length === 0)
    throw cannot('quantize the run', 'none of its source images can be read', 'its data, which activations are calibrated on', { exitCode: 2 });
  const heldOut = await imagesOf(
    run,
    sources.flatMap((source) => source.heldOut),
    comparedImages,
  );
  const isThere = heldOut.samples.length > 0;
  return {
    calibration: toRaw(run, calibration.data),
    compared: isThere ? { raw: toRaw(run, heldOut.data), samples: heldOut.samples } : { raw: toRaw(run, calibration.data), samples: calibration.samples },
    measuredOn: isThere ? 'the held-out source share' : 'source images that activations were calibrated on',
  };
}

/** The graph with 8-bit convolutions, whose activations have the ranges that they have on these images. */
export async function quantizeRun(
  graph: OnnxGraph,
  encode: (graph: OnnxGraph) => Uint8Array,
  raw: Float32Array,
  shape: readonly number[],
  signal?: AbortSignal,
): Promise<OnnxGraph> {
  const outputs = quantizedTensors(graph).map((name) => ({ name, shape: ['n', 'n', 'n', 'n'] as const }));
  const { ranges } = await runOnnx(encode({ ...graph, outputs }), { data: raw, shape }, 'ranges', signal);
  return quantizeGraph(graph, ranges);
}

/** Figures of one of the models. `threshold`: of single images, on the scale of logits. */
export async function measureModel(
  model: Uint8Array,
  { raw, samples }: QuantizationData['compared'],
  shape: readonly number[],
  threshold: number | undefined,
  signal?: AbortSignal,
): Promise<ModelFigures> {
  const { logit, seconds } = await runOnnx(model, { data: raw, shape }, 'values', signal);
  const labels = samples.map(({ label }) => label);
  const size = { bytes: model.byteLength, imagesPerSecond: samples.length / seconds };
  if (logit[0]?.length !== 1 || !labels.includes(0) || !labels.includes(1)) return size;
  const { auc, hter } = figures(
    { scores: logit.map(([value]) => Number(value)), labels },
    { bootstrap: false, ...(threshold === undefined ? {} : { threshold }) },
  );
  return { ...size, auc, ...(threshold === undefined ? {} : { hter }) };
}
