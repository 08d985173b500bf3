import { type ModelMetadata, metadataKey, parseMetadata, readProperties } from '@gradalign/model-format';
import {
  boxFromEyes,
  cannot,
  cropMap,
  type Face,
  type FaceFinder,
  type FramePicture,
  findFace,
  type Interpolation,
  interpolations,
  jpegRoundTrip,
  type PixelImage,
  type Rectangle,
  renderInput,
  renderView,
} from '@gradalign/pixels';
import type { FaceJudgment, JudgmentMeasure } from './judgment.ts';
import { type ModelOutput, type OnnxRuntime, openModel } from './onnx-model.ts';
import { type Picture, rgbPixels } from './picture.ts';
import { defaultLimits, leastSize, type Measured, measureFace, type PictureLimits } from './picture-limits.ts';
import { type CropMaking, croppingOf, pixelAspectFor } from './preparation.ts';
import { type SelfTest, testGolden } from './self-test.ts';
import { type Watching, type WatchOptions, watchFrames } from './watch-frames.ts';

/** Options of {@link loadLiveness}. */
export interface LivenessOptions {
  /** Finds faces: the one of `@gradalign/face-detector` in Node. The caller closes it. Needed unless the model takes whole pictures, or `cropped`. */
  readonly detector?: FaceFinder;
  /** Pictures are crops already, made as the model's metadata say; no face is searched. Default: false. */
  readonly cropped?: boolean;
  /** Text of the golden.json that was exported with the model, for `selfTest`. */
  readonly golden?: string;
  /** Default: {@link defaultLimits}. */
  readonly limits?: Partial<PictureLimits>;
  /** `onnxruntime-node`, or another build of onnxruntime-web; default: `onnxruntime-web/wasm`. */
  readonly runtime?: OnnxRuntime;
}

/** A loaded model that checks faces. Made by {@link loadLiveness}; whoever loads it disposes it. */
export interface Liveness extends AsyncDisposable {
  readonly metadata: ModelMetadata;
  /**
   * Judges one picture as `gradalign predict` does, with the loss of the JPEG files that crops were saved as; what predict only warns of is refused.
   *
   * @throws UserError where the picture cannot be read; a picture that cannot be judged is no error: its `reason` says why
   */
  check(picture: Picture): Promise<FaceJudgment>;
  /**
   * Judges the frames of a stream together, after each of them; at its end as `gradalign predict` judges a video of these frames.
   *
   * @throws UserError where it ends without a frame, or stops
   */
  watch(frames: AsyncIterable<Picture>, options?: WatchOptions): Watching;
  /** Compares cropping, resizing and the runtime of this place with those of the export. @throws UserError where there is no golden of this model */
  selfTest(): Promise<SelfTest>;
}

/**
 * Loads a model that `gradalign export` wrote.
 *
 * @param model content of the .onnx file
 * @throws UserError or Error where it is damaged, of a newer format, its metadata belong to another model, or a detector is missing
 */
export async function loadLiveness(model: Uint8Array | ArrayBuffer, options: LivenessOptions = {}): Promise<Liveness> {
  const bytes = model instanceof Uint8Array ? model : new Uint8Array(model);
  const metadata = parseMetadata(readProperties(bytes).get(metadataKey));
  const { size, channels, interpolation } = metadata.image;
  if (!(interpolations as readonly string[]).includes(interpolation))
    throw cannot('load the model', `its images are resized by '${interpolation}'`, interpolations.join(', '));
  const cropping = options.cropped ? ({ whole: true } as const) : croppingOf(metadata);
  const { detector, golden } = options;
  const searches = !cropping.whole && cropping.detect;
  if (searches && !detector) throw cannot('load the model', 'it takes faces that a detector found, and there is no detector', 'a detector, or cropped: true');
  const limits = { ...defaultLimits, ...options.limits, size: options.limits?.size ?? leastSize * size };
  const onnx = await openModel(options.runtime ?? (await defaultRuntime()), bytes, metadata);

  const pixelAspect = pixelAspectFor(metadata);
  const input = { size, channels, interpolation: interpolation as Interpolation };
  const score = async (crop: PixelImage) => onnx.run(await renderInput(crop, input));

  const check = async (picture: Picture, ofVideo = false): Promise<FaceJudgment> => {
    const reading = { pixelAspect: cropping.whole && !ofVideo ? ('keep' as const) : pixelAspect };
    const pixels = await rgbPixels(picture, reading);
    if (cropping.whole) {
      const measured = measureFace(pixels, { x: 0, y: 0, width: pixels.width, height: pixels.height }, limits);
      if (measured.reason !== null) return refused(metadata, measured);
      const shown = ofVideo ? viewOf(pixels, size) : isFile(picture) ? await rgbPixels(picture, { ...reading, input }) : pixels;
      return { ...judged(metadata, await score({ ...shown, channels: 3 })), face: null, measures: measured.measures };
    }
    const found = searches ? await detector?.detect(pixels) : undefined;
    const faces: JudgmentMeasure[] = found ? [{ name: 'faces', value: found.length, least: 1, most: 1 }] : [];
    if (found && found.length > 1) return refused(metadata, { measures: faces, reason: `there are ${found.length} faces, expected one` });
    const { convention } = cropping;
    const search = await findFace(pixels, 0, undefined, { mode: found ? 'detector' : 'none', convention, detector: found && { detect: async () => found } });
    const face = found?.[0] ?? null;
    if ('reason' in search) return { ...refused(metadata, { measures: faces, reason: `it has no face that can be cropped (${search.reason})` }), face };
    const measured = measureFace(pixels, boxOf(face ?? search.face), limits);
    const measures = [...faces, ...measured.measures];
    if (measured.reason !== null) return { ...refused(metadata, { ...measured, measures }), face };
    return { ...judged(metadata, await score(cropOf(pixels, cropping, search.face))), face, measures };
  };

  return {
    metadata,
    check: (picture) => check(picture),
    watch: (frames, watching) => watchFrames(frames, (picture) => check(picture, true), metadata, watching),
    selfTest: () => testGolden(golden, bytes, { render: (crop) => renderInput(crop, input), onnx, metadata }),
    [Symbol.asyncDispose]: () => onnx[Symbol.asyncDispose](),
  };
}

/** A detector may give eyes only. */
function boxOf({ box, landmarks }: Face): Rectangle {
  return box ?? (landmarks ? boxFromEyes(landmarks) : { x: 0, y: 0, width: 0, height: 0 });
}

async function defaultRuntime(): Promise<OnnxRuntime> {
  const runtime = await import('onnxruntime-web/wasm');
  runtime.env.logLevel = 'error';
  // Counting processors fails in an ES module under Node; in a browser threads need a page that is cross-origin isolated.
  runtime.env.wasm.numThreads ??= 1;
  return runtime as unknown as OnnxRuntime;
}

function isFile(picture: Picture): boolean {
  return 'reread' in picture;
}

/** A whole frame as predict keeps those of videos, [size, size, 3]. */
function viewOf(pixels: FramePicture, size: number): PixelImage {
  const { width, height } = pixels;
  const data = renderView({ ...pixels, channels: 3 }, { xx: width, xy: 0, x0: 0, yx: 0, yy: height, y0: 0 }, size);
  return { data, width: size, height: size, channels: 3 };
}

/** The crop, with what saving it as a file changed in training. */
function cropOf(pixels: FramePicture, { convention, jpegQuality }: CropMaking, face: Face): PixelImage {
  const { size } = convention;
  const crop: PixelImage = { data: renderView({ ...pixels, channels: 3 }, cropMap(convention, face), size), width: size, height: size, channels: 3 };
  return jpegQuality === undefined ? crop : jpegRoundTrip(crop, jpegQuality);
}

function refused({ thresholds }: ModelMetadata, { measures, reason }: Measured): FaceJudgment {
  return { face: null, probability: null, logit: null, decision: 'refused', threshold: thresholds?.image.value ?? null, reason, measures };
}

function judged({ classes, scale, thresholds }: ModelMetadata, { logit, probability }: ModelOutput) {
  const threshold = thresholds?.image.value ?? null;
  if (classes.length !== 2) {
    const best = probability.indexOf(Math.max(...probability));
    return { probability: probability[best] as number, logit: logit[best] as number, decision: classes[best] as string, threshold, reason: null };
  }
  const [value, chance] = [logit[0] as number, probability[0] as number];
  const compared = scale === 'probability' ? chance : value;
  const decision = threshold === null ? 'undecided' : (classes[compared >= threshold ? 1 : 0] as string);
  return { probability: chance, logit: value, decision, threshold, reason: null };
}
