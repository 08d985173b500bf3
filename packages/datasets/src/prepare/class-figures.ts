import type { ClipRecord } from './journal.ts';
import { cellOf } from './manifest.ts';

/** How often and how large faces were found in the clips of one class. Plain JSON. */
export interface ClassFigures {
  /** Clips that could be read. */
  readonly clips: number;
  /** Selected frames that were decoded. */
  readonly frames: number;
  /** Share of them with a face, 0..1; absent without frames, and where whole frames were used. */
  readonly detected?: number;
  /** Median of the square root of the face box's area, in pixels of the frame; absent where whole frames were used. */
  readonly faceSide?: number;
  /** The same over the shorter side of its frame. */
  readonly faceShare?: number;
}

/** Differences between classes from which on they are said: in the detected share, and between face sizes as a factor. */
const rateDifference = 0.05;
const sizeFactor = 1.25;

/** Collects figures by class, clip by clip. */
export class ClassCollector {
  readonly #classes = new Map<string, { clips: number; frames: number; faces: number; whole: number; readonly sides: number[]; readonly shares: number[] }>();

  add({ status, folder, frames, rows }: ClipRecord): void {
    const name = folder.split('/')[1];
    if (status === 'broken' || name === undefined) return;
    const own = this.#classes.get(name) ?? { clips: 0, frames: 0, faces: 0, whole: 0, sides: [], shares: [] };
    this.#classes.set(name, own);
    own.clips++;
    own.frames += frames;
    own.faces += rows.length;
    for (const row of rows) {
      const [, , width = 0, height = 0] = cellOf(row, 'face_box').split(' ').map(Number);
      if (cellOf(row, 'face_from') === 'frame') own.whole++;
      const shorter = Math.min(Number(cellOf(row, 'source_width')), Number(cellOf(row, 'source_height')));
      if (cellOf(row, 'face_from') === 'frame' || !(width > 0 && height > 0 && shorter > 0)) continue;
      const side = Math.sqrt(width * height);
      own.sides.push(side);
      own.shares.push(side / shorter);
    }
  }

  figures(): Record<string, ClassFigures> {
    return Object.fromEntries(
      [...this.#classes].sort().map(([name, { clips, frames, faces, whole, sides, shares }]) => [
        name,
        {
          clips,
          frames,
          ...(frames > 0 && whole === 0 ? { detected: rounded(faces / frames) } : {}),
          ...(sides.length > 0 ? { faceSide: rounded(median(sides)), faceShare: rounded(median(shares)) } : {}),
        },
      ]),
    );
  }
}

/** What differs between live and attack beyond chance of the setup: a model can tell the classes by it without looking at the face. */
export function betrayals({ live, attack }: Readonly<Record<string, ClassFigures>>): string[] {
  if (!live || !attack) return [];
  const said: string[] = [];
  if (live.detected !== undefined && attack.detected !== undefined && Math.abs(live.detected - attack.detected) >= rateDifference)
    said.push(
      `faces are found in ${percent(live.detected)} of the live and ${percent(attack.detected)} of the attack frames: which frames are missing betrays the class, and error rates do not count them; compare the clips without a face, or lower --min-score`,
    );
  for (const [key, what] of [
    ['faceShare', "of the frame's shorter side"],
    ['faceSide', 'pixels'],
  ] as const) {
    const [a, b] = [live[key], attack[key]];
    if (a === undefined || b === undefined || Math.max(a, b) < sizeFactor * Math.min(a, b)) continue;
    said.push(
      `the median face is ${a} ${what} in live and ${b} in attack clips: size, and with it sharpness and margin, betrays the class; record both at the same distance, or augment scale`,
    );
    break;
  }
  return said;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** To four figures, so that reports do not differ in the last bits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
