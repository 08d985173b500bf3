import { cannot } from '../contracts/errors.ts';
import { evenlySpread } from '../view/evenly-spread.ts';

/** Part of a data set, as its authors divided it. */
export type Split = 'train' | 'dev' | 'test';

/** Selects frames of a clip. Frames count from 0. */
export interface FrameChoice {
  /** As the user writes it: `every=5`. */
  readonly text: string;
  /** The selected frames in ascending order, each once, all below `count`. */
  choose(count: number, split: Split): readonly number[];
  /** Whether it selects this frame of some video, however long that is: a stream has no count before it ends. */
  mayChoose(frame: number): boolean;
}

/** A rule that selects frames. */
interface Rule {
  readonly summary: string;
  /** The number after `=`; absent: the rule has none. */
  readonly number?: { readonly optional: boolean };
  choose(count: number, n: number | undefined, split: Split): readonly number[];
  /** Absent: any frame may be selected. */
  mayChoose?(frame: number, n: number | undefined): boolean;
}

/** SSDG (Jia et al., CVPR 2020, sample_frames): frame 6 + j * floor(count / n), j = 0 .. n - 1. Shorter clips give their last frame. */
function ssdg(count: number, n: number): number[] {
  const frames = Array.from({ length: n }, (_, j) => Math.min(count - 1, 6 + j * Math.floor(count / n)));
  return count === 0 ? [] : [...new Set(frames)];
}

/** The rules by name; errors list the first part of each summary. */
const frameRules: Readonly<Record<string, Rule>> = {
  every: {
    summary: 'every=5: frames 0, 5, 10, ... (SAFAS, GAC-FAS and GD-FAS take every 5th)',
    number: { optional: false },
    choose: (count, n = 1) => Array.from({ length: Math.ceil(count / n) }, (_, i) => i * n),
    mayChoose: (frame, n = 1) => frame % n === 0,
  },
  even: {
    summary: 'even=10: the middles of 10 equal parts',
    number: { optional: false },
    choose: (count, n = 1) => evenlySpread(count, n),
  },
  ssdg: {
    summary: "ssdg or ssdg=n: SSDG's frames 6 + j * floor(N / n); n is 1 in training and 2 elsewhere",
    number: { optional: true },
    choose: (count, n, split) => ssdg(count, n ?? (split === 'train' ? 1 : 2)),
  },
  flip: { summary: "flip: FLIP's frames 6 and 6 + floor(N / 2)", choose: (count) => ssdg(count, 2) },
  all: { summary: 'all: every frame', choose: (count) => Array.from({ length: count }, (_, i) => i) },
};

/**
 * The selection that a rule describes: `every=n`, `even=n`, `ssdg`, `ssdg=n`, `flip` or `all`.
 *
 * @throws UserError with exit code 2 where there is no such rule, or its number is missing, 0 or not allowed
 */
export function parseFrameChoice(text: string): FrameChoice {
  const refuse = (is: string) =>
    cannot(
      `choose frames '${text}'`,
      is,
      Object.values(frameRules)
        .map(({ summary }) => summary.split(':')[0])
        .join(', '),
      { exitCode: 2 },
    );
  const [, name = '', digits] = /^([a-z-]+)(?:=(\d+))?$/.exec(text) ?? [];
  const rule = Object.hasOwn(frameRules, name) ? frameRules[name] : undefined;
  if (!rule) throw refuse('there is no such rule');
  if (digits === undefined && rule.number?.optional === false) throw refuse('its number is missing');
  if (digits !== undefined && !rule.number) throw refuse('it takes no number');
  const n = digits === undefined ? undefined : Number(digits);
  if (n === 0 || (n !== undefined && !Number.isSafeInteger(n))) throw refuse(`its number is ${digits}`);
  return {
    text: n === undefined ? name : `${name}=${n}`,
    choose: (count, split) => rule.choose(count, n, split),
    mayChoose: (frame) => rule.mayChoose?.(frame, n) ?? true,
  };
}

/** The frames of a video that are scored: so many of those that preparation chooses, evenly spread; 0: all of those. */
export function chooseScored(count: number, { choose }: Pick<FrameChoice, 'choose'>, framesPerVideo: number): readonly number[] {
  const all = choose(count, 'test');
  return framesPerVideo === 0 ? all : evenlySpread(all.length, framesPerVideo).map((i) => all[i] as number);
}
