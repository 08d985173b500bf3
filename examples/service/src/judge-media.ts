import { imageKindNames, imageKindOf, UnreadableImageError } from '@gradalign/core/images';
import { BrokenClipError, chooseScored, type Ffmpeg, findFfmpeg, openClip, parseFrameChoice } from '@gradalign/datasets/clips';
import type { FaceJudgment, Liveness, StreamJudgment } from '@gradalign/liveness';
import { readPicture } from '@gradalign/liveness/node';
import sharp from 'sharp';
import { anonymousFile } from './anonymous-file.ts';
import type { JudgeSettings, JudgeTask, Refusal, Verdict } from './judge-messages.ts';

let ffmpeg: Ffmpeg | undefined;

/** Frames of a clip where neither the settings nor the model say how many. */
const usualFrames = 10;

/** A picture or clip that gets no verdict. */
export class RefusedMedia extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** @throws RefusedMedia; anything else is a bug, or a detector that failed */
export async function judgeMedia(liveness: Liveness, { kind, bytes }: JudgeTask, settings: JudgeSettings): Promise<Verdict> {
  return kind === 'picture' ? judgePicture(liveness, bytes, settings) : judgeClip(liveness, bytes, settings);
}

async function judgePicture(liveness: Liveness, bytes: Uint8Array, { limits }: JudgeSettings): Promise<Verdict> {
  await refuseLargePicture(bytes, limits.pixels);
  await using file = await anonymousFile(bytes);
  const judgment = await readPicture(file.path)
    .then((picture) => liveness.check(picture))
    .catch((error: unknown) => {
      throw error instanceof UnreadableImageError ? refused('unreadable', `the picture cannot be read: ${error.reason}`) : error;
    });
  const { decision, probability, logit, threshold, face, measures } = judgment;
  if (probability === null || logit === null) throw unjudged(judgment);
  const score = liveness.metadata.scale === 'probability' ? probability : logit;
  return { kind: 'picture', decision, probability, score, threshold, reason: null, face, measures };
}

/** By the header: nothing is decoded. Of a BMP file the pixels are in its bytes. */
async function refuseLargePicture(bytes: Uint8Array, most: number): Promise<void> {
  const kind = imageKindOf(bytes.subarray(0, 32));
  if (!kind) throw refused('unsupported-type', `the content is no picture that is read, expected ${imageKindNames}`);
  if (kind.name === 'BMP') return;
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw refused('unreadable', 'the picture cannot be read: its header is damaged');
    });
  if (header.width * header.height > most)
    throw refused('too-large', `the picture has ${header.width} x ${header.height} pixels, expected at most ${millions(most)} million`);
}

async function judgeClip(liveness: Liveness, bytes: Uint8Array, settings: JudgeSettings): Promise<Verdict> {
  const { metadata } = liveness;
  if (metadata.classes.length !== 2) throw refused('refused', `clips cannot be judged: the model has ${metadata.classes.length} classes, expected two`);
  if (!settings.clips) throw refused('unsupported-type', 'clips are not read here: ffmpeg is not installed, expected a picture');
  const { pixels, clipSeconds, clipFrames } = settings.limits;
  const signal = AbortSignal.timeout(1000 * settings.seconds);
  await using file = await anonymousFile(bytes);
  try {
    const clip = await openClip(
      { samples: [{ id: 'clip', image: { clip: file.path }, label: 0, split: 'test' }] },
      {
        ffmpeg: () => (ffmpeg ??= findFfmpeg()),
        signal,
        pixelAspect: metadata.preparation?.['pixelAspect'] === 'keep' ? 'keep' : 'correct',
        limits: { pixels, seconds: clipSeconds, packets: clipFrames },
        onProblem: () => {},
      },
    );
    const rule = parseFrameChoice(textOf(metadata.preparation?.['frames'], 'every=5'));
    const perClip = framesPerClip(liveness, settings);
    const wanted = chooseScored(clip.count, rule, perClip);
    let watched = await watchFrames(liveness, clip.read(wanted), settings.seconds);
    // Fewer frames than its container promised: those are chosen that exist.
    if ((watched?.newest.seen ?? 0) < wanted.length)
      watched = await watchFrames(liveness, clip.read(chooseScored(await clip.recount(), rule, perClip)), settings.seconds);
    if (!watched) throw refused('unreadable', 'the clip cannot be read: none of its frames can be decoded');
    const { newest, judged } = watched;
    if (newest.score === null || !judged[0]) throw unjudged(newest.frame, `none of ${newest.seen} frames can be judged: `);
    const { decision, score, probability, threshold } = newest;
    const { face, measures } = judged.at(-1) as FaceJudgment;
    return { kind: 'clip', decision, probability, score, threshold, reason: null, face, measures, frames: { read: newest.seen, judged: newest.judged } };
  } catch (error) {
    if (signal.aborted) throw refused('takes-too-long', `judging the clip takes longer than ${settings.seconds} seconds, expected a shorter or smaller one`);
    if (!(error instanceof BrokenClipError)) throw error;
    const kind = ({ type: 'unsupported-type', limit: 'too-large', other: 'unreadable' } as const)[error.problem];
    throw refused(kind, `the clip cannot be read: ${error.message}`);
  }
}

async function watchFrames(liveness: Liveness, frames: Parameters<Liveness['watch']>[0], patience: number) {
  const judged: FaceJudgment[] = [];
  let newest: StreamJudgment | undefined;
  let read = 0;
  const counted = async function* () {
    for await (const frame of frames) {
      read++;
      yield frame;
    }
  };
  try {
    for await (newest of liveness.watch(counted(), { patience, window: Number.MAX_SAFE_INTEGER }))
      if (newest.frame.probability !== null) judged.push(newest.frame);
  } catch (error) {
    // A stream without frames is an error of its own.
    if (read > 0 || error instanceof BrokenClipError) throw error;
  }
  return newest && { newest, judged };
}

function framesPerClip({ metadata }: Liveness, { frames }: JudgeSettings): number {
  return frames ?? metadata.framesPerVideo ?? usualFrames;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function unjudged({ decision, reason, face, measures }: FaceJudgment, before = ''): RefusedMedia {
  return new RefusedMedia({ kind: 'refused', detail: `${before}${reason ?? 'it cannot be judged'}`, judgment: { decision, reason, face, measures } });
}

function refused(kind: Refusal['kind'], detail: string): RefusedMedia {
  return new RefusedMedia({ kind, detail });
}

function millions(pixels: number): number {
  return Number((pixels / 1e6).toPrecision(3));
}
