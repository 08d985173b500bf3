import { newestFormat } from './model-metadata.ts';
import { isNumber, isObject, isText, isWhole, refuse } from './refuse.ts';

/**
 * A picture with its crop and its score, in `<model>.golden.json` beside `<model>.onnx`. Who cuts the crop out of the picture, resizes it and runs the model
 * must get these numbers; otherwise cropping, resizing or the runtime differ from training. The picture is drawn, not taken from the data: it shows nobody.
 */
export interface Golden {
  /** Version of this format, as in the metadata. */
  readonly format: 1;
  /** SHA-256 of the ONNX file, in hexadecimal digits: a golden of another model is refused. */
  readonly model: string;
  /** PNG, base64. */
  readonly picture: { readonly png: string; readonly width: number; readonly height: number };
  /** The part of the picture that is resized to the model's input, in pixels. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Values of the input after resizing, 0..255: [row, column, ...one value a channel], on a grid. */
  readonly input: readonly (readonly number[])[];
  /** The outputs for this input: one number, or one a class. */
  readonly output: { readonly logit: readonly number[]; readonly probability: readonly number[] };
  /** How far outputs may be from these. */
  readonly tolerance: number;
}

/** `door.onnx` has `door.golden.json`. */
export function goldenName(model: string): string {
  return `${model.replace(/\.onnx$/i, '')}.golden.json`;
}

const what = 'read the golden picture of the model';
const expected = 'the golden.json that gradalign export wrote';

/**
 * Reads a golden file.
 *
 * @param model SHA-256 of the ONNX file that it should belong to; absent: not compared
 * @throws Error `Cannot read the golden picture of the model: ...`
 */
export function parseGolden(json: string, model?: string): Golden {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return refuse(what, 'it is not JSON', expected);
  }
  if (!isObject(read) || !isWhole(read['format'])) return refuse(what, 'it is of another kind', expected);
  if (read['format'] > newestFormat) return refuse(what, `it has format ${read['format']}`, `at most ${newestFormat}`);
  const { picture, crop, input, output, tolerance } = read;
  const rows = (value: unknown): value is number[][] => Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(isNumber));
  const sound =
    isText(read['model']) &&
    isObject(picture) &&
    isText(picture['png']) &&
    isObject(crop) &&
    ['x', 'y', 'width', 'height'].every((key) => isNumber(crop[key])) &&
    rows(input) &&
    isObject(output) &&
    rows([output['logit'], output['probability']]) &&
    isNumber(tolerance);
  if (!sound) return refuse(what, 'it is damaged', expected);
  if (model !== undefined && read['model'] !== model) return refuse(what, 'it belongs to another model', 'the one that was written with this model');
  return read as unknown as Golden;
}
