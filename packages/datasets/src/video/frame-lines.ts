import type { ImageSize } from '@gradalign/core/images';

/** Stretches of consecutive frames that ffmpeg's filters saw with one configuration: they count from 0 again with each. */
export interface Stretch {
  readonly first: number;
  /** As stored, turned upright by the file's own rotation. */
  readonly size: ImageSize;
  /** Width of a pixel over its height; 1 where unknown. */
  readonly pixelAspect: number;
}

/** What the decoder gave so far. */
export interface DecodedFrames {
  readonly count: number;
  /** In order; one where nothing changes within the clip. */
  readonly stretches: readonly Stretch[];
}

/** Collects what ffmpeg says of the frames it decodes. */
export interface FrameLines extends DecodedFrames {
  /** Takes a line of stderr; true where it is no complaint. */
  take(line: string): boolean;
  /** ffmpeg has ended: nothing more comes. */
  end(): void;
  /** Waits until this frame's line has come, which ffmpeg writes before the frame itself; false where ffmpeg ends first. One caller at a time. */
  upTo(frame: number): Promise<boolean>;
}

/**
 * Reads the lines that ffmpeg's filter `showinfo` writes, one for each decoded frame, in the decoder's order. Filters themselves cannot count: where a
 * frame's size or format changes, ffmpeg builds them anew, and they begin at 0.
 */
export function frameLines(): FrameLines {
  let count = 0;
  let ended = false;
  let waiting: { readonly frame: number; readonly done: () => void } | undefined;
  const stretches: Stretch[] = [];
  const wake = () => {
    if (!waiting || (count <= waiting.frame && !ended)) return;
    waiting.done();
    waiting = undefined;
  };
  return {
    get count() {
      return count;
    },
    stretches,
    take(line) {
      if (!line.includes('[Parsed_showinfo_')) return !complaint.test(line) || aboutOutput.test(line);
      const [, n, num, den, width, height] = frameLine.exec(line) ?? [];
      if (n === undefined) return true;
      const pixelAspect = Number(num) > 0 && Number(den) > 0 ? Number(num) / Number(den) : 1;
      const last = stretches.at(-1);
      if (!last || Number(n) !== count - last.first || last.size.width !== Number(width) || last.size.height !== Number(height))
        stretches.push({ first: count, size: { width: Number(width), height: Number(height) }, pixelAspect });
      count++;
      wake();
      return true;
    },
    end() {
      ended = true;
      wake();
    },
    async upTo(frame) {
      if (count <= frame && !ended) await new Promise<void>((done) => (waiting = { frame, done }));
      return count > frame;
    },
  };
}

const frameLine = /\bn:\s*(\d+)\s.*\bsar:(\d+)\/(\d+)\s+s:(\d+)x(\d+)\b/;
/** Lines at level error and worse; ffmpeg writes the level since it is asked to. */
const complaint = /\[(error|fatal|panic)\]/;
/** What we write has no times. */
const aboutOutput = /non monoton/;
