import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, readBounded, writeAtomically } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import type { CropConvention } from './crop-convention.ts';
import type { ClipSettings } from './prepare-clip.ts';

/** The settings that determine the crops of a domain. */
export interface DomainSettings {
  /** The adapter; `videos` for a plain folder of videos. */
  readonly use: string;
  /** Its options, without the root, which may move. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly frames: string;
  readonly faces: string;
  readonly detector?: string;
  readonly crop: Omit<CropConvention, 'source'>;
  readonly format: string;
  /** Absent: pixels that are not square were made square. */
  readonly pixelAspect?: 'keep';
}

export interface DomainPreparation {
  readonly settings: DomainSettings;
  /** Of the programs it was started with. */
  readonly versions: Readonly<Record<string, string>>;
  /** Folder of the raw data when it was last prepared, absolute: `data verify` looks there for clips that were withdrawn. */
  readonly root?: string;
}

/** `preparation.json`: how each domain of a prepared folder was made. */
export interface Preparation {
  readonly format: 1;
  readonly domains: Readonly<Record<string, DomainPreparation>>;
}

/** The files of a prepared folder. */
export function preparedPaths(out: string) {
  return {
    manifest: join(out, 'manifest.csv'),
    preparation: join(out, 'preparation.json'),
    report: join(out, 'report.json'),
    journals: join(out, '.preparation'),
    journal: (domain: string) => join(out, '.preparation', `${domain}.jsonl`),
  };
}

export function domainSettings(
  { use, options }: Pick<DomainSettings, 'use' | 'options'>,
  { frames, faces, convention: { source: _, ...crop }, format, pixelAspect }: ClipSettings,
  detector: string | undefined,
): DomainSettings {
  return {
    use,
    options,
    frames: frames.text,
    faces,
    ...(detector !== undefined && { detector }),
    crop,
    format: format.kind === 'png' ? 'png' : `jpeg ${format.quality}`,
    ...(pixelAspect === 'keep' && { pixelAspect }),
  };
}

export function readPreparation(out: string): Preparation {
  const { preparation } = preparedPaths(out);
  if (!existsSync(preparation)) return { format: 1, domains: {} };
  try {
    const read = JSON.parse(readBounded(preparation, 2 ** 26).toString()) as Preparation;
    if (read.format === 1 && typeof read.domains === 'object') return read;
  } catch {
    // Reported below.
  }
  throw cannot(`read ${preparation}`, 'it was not written by gradalign', 'a folder that gradalign data prepare made', { exitCode: 2 });
}

/**
 * Continues a domain in a prepared folder, or starts it. Refuses one prepared with other settings, unless `force`: then it is deleted first.
 *
 * @returns the versions it was started with, where they differ from these
 */
export function enterDomain(out: string, domain: string, wanted: DomainPreparation, force: boolean): DomainPreparation['versions'] | undefined {
  const paths = preparedPaths(out);
  const all = readPreparation(out);
  const there = all.domains[domain];
  const folder = join(out, domain);
  const write = (preparation: DomainPreparation) => {
    const domains = Object.fromEntries(Object.entries({ ...all.domains, [domain]: preparation }).sort(([a], [b]) => byCodePoint(a, b)));
    writeAtomically(paths.preparation, `${JSON.stringify({ format: 1, domains } satisfies Preparation, null, 2)}\n`);
  };
  if (there) {
    const differences = differing(there.settings, wanted.settings);
    if (differences.length === 0) {
      if (wanted.root !== undefined && wanted.root !== there.root) write({ ...there, root: wanted.root });
      return JSON.stringify(there.versions) === JSON.stringify(wanted.versions) ? undefined : there.versions;
    }
    if (!force)
      throw cannot(
        `prepare '${domain}' in ${out}`,
        `it was prepared there with other settings: ${differences.join('; ')}`,
        'the same settings, another folder, or --force to delete what is there',
        { exitCode: 2 },
      );
  } else if (existsSync(folder)) {
    throw cannot(`prepare '${domain}' in ${out}`, `${folder} exists and was not made by data prepare`, 'another folder, or another --domain', {
      exitCode: 2,
    });
  }
  rmSync(folder, { recursive: true, force: true });
  rmSync(paths.journal(domain), { force: true });
  write(wanted);
  return undefined;
}

/** `crop.margin was 0, now 0.3` */
function differing(was: object, now: object, path = ''): string[] {
  const [before, after] = [was, now] as Record<string, unknown>[];
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => {
    const [a, b] = [before?.[key], after?.[key]];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof a === 'object' && typeof b === 'object' && a && b) return differing(a, b, name);
    return [`${name} was ${a === undefined ? 'not set' : JSON.stringify(a)}, now ${b === undefined ? 'not set' : JSON.stringify(b)}`];
  });
}
