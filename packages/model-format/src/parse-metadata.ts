import { type ModelMetadata, newestFormat } from './model-metadata.ts';
import { isNumber, isObject, isText, isWhole, refuse } from './refuse.ts';

const what = 'read the metadata of the model';

/**
 * Reads the JSON under the key `gradalign` of an ONNX file's metadata.
 *
 * @throws Error `Cannot read the metadata of the model: ...` where it is missing, not JSON, of a newer format, or lacks what users of a model rely on
 */
export function parseMetadata(json: string | undefined): ModelMetadata {
  if (json === undefined) return refuse(what, 'there is none', 'an ONNX file that gradalign export wrote');
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return refuse(what, 'it is not JSON', 'an ONNX file that gradalign export wrote');
  }
  const problem = problemOf(read);
  return problem === undefined ? (read as ModelMetadata) : refuse(what, ...problem);
}

function problemOf(read: unknown): readonly [is: string, expected: string] | undefined {
  const damaged = (name: string) => [`'${name}' is missing or damaged`, 'what gradalign export writes'] as const;
  if (!isObject(read)) return ['it is not an object', 'what gradalign export writes'];
  const { format, image, classes, scale, thresholds, aggregate, aggregated, videoCalibration, framesPerVideo, check, run } = read;
  if (!isWhole(format)) return damaged('format');
  if (format > newestFormat) return [`it has format ${format}`, `at most ${newestFormat}: a newer version of this package reads it`];
  if (format < 1) return damaged('format');
  if (!isObject(image) || !isWhole(image['size']) || image['size'] < 1 || (image['channels'] !== 1 && image['channels'] !== 3)) return damaged('image');
  if (!Array.isArray(classes) || classes.length < 2 || !classes.every(isText)) return damaged('classes');
  if (classes.length === 2 && scale !== 'logit' && scale !== 'probability') return damaged('scale');
  if (thresholds !== null && !(isObject(thresholds) && isThreshold(thresholds['image']) && isThreshold(thresholds['video']))) return damaged('thresholds');
  if (aggregate !== 'mean' && aggregate !== 'median' && aggregate !== 'max') return damaged('aggregate');
  if (aggregated !== undefined && aggregated !== 'logit' && aggregated !== 'probability') return damaged('aggregated');
  if (videoCalibration !== undefined && videoCalibration !== null && !isCalibration(videoCalibration)) return damaged('videoCalibration');
  if (framesPerVideo !== undefined && !(isWhole(framesPerVideo) && framesPerVideo >= 0)) return damaged('framesPerVideo');
  if (!isObject(check) || typeof check['done'] !== 'boolean') return damaged('check');
  return isObject(run) ? undefined : damaged('run');
}

function isThreshold(value: unknown): boolean {
  return isObject(value) && isNumber(value['value']) && isText(value['from']);
}

function isCalibration(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { method, temperature, points } = value;
  if (method === 'temperature') return isNumber(temperature) && temperature > 0;
  return (
    method === 'isotonic' &&
    Array.isArray(points) &&
    points.length > 0 &&
    points.every((point) => Array.isArray(point) && point.length === 2 && point.every(isNumber))
  );
}
