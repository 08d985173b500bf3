import { type ModelMetadata, parseGolden } from '@gradalign/model-format';
import { cannot, cutImage, type PixelImage, type Rectangle } from '@gradalign/pixels';
import { decodePlainPng } from './decode-plain-png.ts';
import type { OnnxModel } from './onnx-model.ts';

/** How far this place is from where the model was exported. */
export interface SelfTest {
  /** Whether no output is further away than `tolerance`, and no value of the input further than 0.05 of 255. */
  readonly passed: boolean;
  readonly largestDifference: {
    /** Of values after cropping and resizing, 0..255. */
    readonly input: number;
    readonly logit: number;
    readonly probability: number;
  };
  /** For `logit` and `probability`. */
  readonly tolerance: number;
}

/** Goldens have three decimals; resizing rounds within 0.02 of 255. */
const inputTolerance = 0.05;

export interface TestedModel {
  readonly render: (crop: PixelImage) => Promise<Float32Array>;
  readonly onnx: OnnxModel;
  readonly metadata: ModelMetadata;
}

/** Crops, resizes and scores the golden picture, and compares with what the export got. */
export async function testGolden(golden: string | undefined, model: Uint8Array, { render, onnx, metadata }: TestedModel): Promise<SelfTest> {
  if (golden === undefined) throw cannot('test the model', 'there is no golden picture', 'the golden.json that was exported with it, as the option golden');
  const { picture, crop, input, output, tolerance } = parseGolden(golden, await sha256(model));
  const { size, channels } = metadata.image;
  const rendered = await render(cropOf(await decodePlainPng(fromBase64(picture.png)), crop));
  const here = await onnx.run(rendered);
  const differences = input.map(([row = 0, column = 0, ...values]) =>
    distance(
      values,
      values.map((_, c) => rendered[(row * size + column) * channels + c] as number),
    ),
  );
  const largestDifference = {
    input: Math.max(0, ...differences),
    logit: distance(output.logit, here.logit),
    probability: distance(output.probability, here.probability),
  };
  const { logit, probability } = largestDifference;
  return { passed: largestDifference.input <= inputTolerance && Math.max(logit, probability) <= tolerance, largestDifference, tolerance };
}

/** Infinite where one has more values, or a value is not a number. */
function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] as number))));
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}

function cropOf(image: PixelImage, part: Rectangle): PixelImage {
  if (part.x + part.width > image.width || part.y + part.height > image.height)
    throw cannot('test the model', 'the crop of the golden picture lies outside it', 'the golden.json that gradalign export wrote');
  return cutImage(image, part);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
