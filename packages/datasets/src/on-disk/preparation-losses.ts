import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeReadError, type LeftOut, readBounded, splits } from '@gradalign/core';
import { labelOf } from './words.ts';

/** A larger report was not written by `data prepare`. */
const mostBytes = 2 ** 28;

/**
 * What `data prepare` left out of a domain when it made this folder: clips without a face, broken clips, and what the raw data set left out. Nothing where
 * the folder was not prepared by it, or has lost its report.
 *
 * @param folder holds `report.json`
 */
export async function preparationLosses(folder: string, domain: string): Promise<LeftOut[]> {
  const path = join(folder, 'report.json');
  if (!existsSync(join(folder, 'preparation.json'))) return [];
  if (!existsSync(path)) return [];
  let report: unknown;
  try {
    report = JSON.parse(readBounded(path, mostBytes).toString());
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : describeReadError(error);
    return [{ kind: 'entry', what: 'report.json', why: `${why}, so that it is not known which clips have no crops: run data prepare again` }];
  }
  const domains = (report as { domains?: Record<string, unknown> } | null)?.domains ?? {};
  const own = (Object.hasOwn(domains, domain) ? domains[domain] : {}) as { withoutFace?: unknown; broken?: unknown; leftOut?: unknown };
  return [
    ...clipsOf(own.withoutFace, 'no face'),
    ...clipsOf(own.broken, 'unreadable'),
    ...(Array.isArray(own.leftOut) ? own.leftOut.filter(isLeftOut) : []).map((one): LeftOut => ({ ...one, unit: 'clip' })),
  ];
}

/** Reports of earlier versions do not say whose a clip was. */
function clipsOf(list: unknown, kind: 'no face' | 'unreadable'): LeftOut[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown): LeftOut[] => {
    const { clip, reason, split, label, subject, frames } = (one ?? {}) as Partial<Record<string, unknown>>;
    if (typeof clip !== 'string' || clip === '') return [];
    const known = splits.find((name) => name === split);
    return [
      {
        ...{ kind, what: clip, why: typeof reason === 'string' ? reason : 'no reason is recorded', unit: 'clip' },
        ...(label === 'live' || label === 'attack' ? { label: labelOf(label) as number } : {}),
        ...(known ? { split: known } : {}),
        ...(typeof subject === 'string' ? { subject } : {}),
        ...(Number.isSafeInteger(frames) && (frames as number) > 1 ? { images: frames as number } : {}),
      },
    ];
  });
}

const kinds: readonly LeftOut['kind'][] = ['label', 'missing', 'kind', 'unreadable', 'no face', 'entry', 'place'];

function isLeftOut(one: unknown): one is LeftOut {
  const { kind, what, why } = (one ?? {}) as Partial<LeftOut>;
  return kinds.includes(kind as LeftOut['kind']) && typeof what === 'string' && typeof why === 'string';
}
