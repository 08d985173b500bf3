import type { Split } from '@gradalign/core';
import { type DomainName, domainNames } from './domains.ts';

const clipKinds = ['live', 'print', 'replay'] as const;
export type ClipKind = (typeof clipKinds)[number];

/** Size of the benchmark. */
export interface BenchmarkSize {
  /** People per domain, for training and testing; nobody is in two domains or in both splits. */
  readonly subjects: { readonly train: number; readonly test: number };
  /** Clips per person and kind (live, print, replay). */
  readonly clips: number;
  /** Frames per clip. */
  readonly frames: number;
}

/** The named sizes: `small` has 168 clips, `default` 1,344. */
export const benchmarkSizes = {
  small: { subjects: { train: 8, test: 6 }, clips: 1, frames: 2 },
  default: { subjects: { train: 36, test: 20 }, clips: 2, frames: 3 },
} as const satisfies Record<string, BenchmarkSize>;

export interface ClipPlan {
  readonly domain: DomainName;
  readonly split: Split;
  readonly kind: ClipKind;
  /** Number of the person over all domains, from 1. */
  readonly subject: number;
  /** From 1. */
  readonly clip: number;
  readonly frames: number;
}

export function planClips({ subjects, clips, frames }: BenchmarkSize): readonly ClipPlan[] {
  const perDomain = subjects.train + subjects.test;
  return domainNames.flatMap((domain, d) =>
    Array.from({ length: perDomain }, (_, person) => {
      const split: Split = person < subjects.train ? 'train' : 'test';
      const subject = d * perDomain + person + 1;
      return clipKinds.flatMap((kind) => Array.from({ length: clips }, (_, c): ClipPlan => ({ domain, split, kind, subject, clip: c + 1, frames })));
    }).flat(),
  );
}

/** `webcam/train/attack/print/s012_print_c1`, with slashes on every system. */
export function clipFolder({ domain, split, kind, subject, clip }: ClipPlan): string {
  const label = kind === 'live' ? 'live' : `attack/${kind}`;
  return `${domain}/${split}/${label}/s${String(subject).padStart(3, '0')}_${kind}_c${clip}`;
}

/** Frames count from 1. */
export function frameName(frame: number): string {
  return `frame_${String(frame).padStart(3, '0')}.jpg`;
}
