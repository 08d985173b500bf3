import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readBounded } from '@gradalign/pixels/files';
import { cannot } from '../contracts/errors.ts';
import type { Weights } from '../contracts/weights.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { GridOptions } from './loss-landscape.ts';

/** The loss of a run around its solution, by domain. Plain JSON: a run's `landscape.json`. */
export interface LossLandscape extends GridOptions {
  /** What the file is: `loss landscape`. */
  readonly kind: 'loss landscape';
  /** At most so many images of each domain. */
  readonly samples: number;
  /** Statistics that batch norm used: see `RiskSurfaceOptions`. */
  readonly batchNorm: 'batch' | 'running';
  /** Name of the checkpoint in the middle. */
  readonly checkpoint: string;
  /** The seed of the run, which draws directions and images. */
  readonly seed: number;
  /** SHA-256 of the weights in the middle. */
  readonly weights: string;
  /** How many of the points · points points are measured: the first ones of the grid, row by row. */
  readonly measured: number;
  /** By domain: sources, then targets. */
  readonly domains: Readonly<Record<string, DomainLandscape>>;
}

/** The losses of one domain. */
export interface DomainLandscape {
  /** What the run used the domain for. */
  readonly role: 'source' | 'target';
  /** Number of images that the loss was taken over. */
  readonly samples: number;
  /** SHA-256 of the names of these images. */
  readonly images: string;
  /** Row by row, each at one coordinate of the second direction; null where the loss is not finite. */
  readonly losses: readonly (number | null)[];
}

/** What has to be the same for a measurement to go on. */
export type LandscapeSettings = Omit<LossLandscape, 'measured' | 'domains'> & {
  readonly domains: Readonly<Record<string, Omit<DomainLandscape, 'losses'>>>;
};

/**
 * What is measured of this landscape already; nothing of it where there is no such file.
 *
 * @throws UserError where the file is something else, is damaged, or was measured with other settings: it is kept.
 */
export function readLandscape(file: string, settings: LandscapeSettings): LossLandscape {
  const none = Object.fromEntries(Object.entries(settings.domains).map(([name, domain]) => [name, { ...domain, losses: [] }]));
  if (!existsSync(file)) return { ...settings, measured: 0, domains: none };
  const refuse = (is: string, expected: string): never => {
    throw cannot(`measure the landscape into ${file}`, is, expected, { exitCode: 2 });
  };
  const other = 'a new file, or one that an interrupted measurement left; delete it, or name another with -o';
  const found = parse(file);
  if (found?.['kind'] !== settings.kind) return refuse('it is another file', other);
  const { domains, measured, ...rest } = found as unknown as LossLandscape;
  const { domains: expected, ...same } = settings;
  for (const [key, value] of Object.entries(same)) {
    const was = (rest as Readonly<Record<string, unknown>>)[key];
    if (was !== value) return refuse(`it was measured with ${key} ${JSON.stringify(was)}`, `${JSON.stringify(value)}; delete it, or name another with -o`);
  }
  const total = settings.points ** 2;
  if (typeof domains !== 'object' || domains === null || !Number.isInteger(measured) || measured < 0 || measured > total) return refuse('it is damaged', other);
  const withoutLosses = Object.entries(domains).map(([name, domain]) => {
    const { losses, ...about } = domain ?? {};
    if (!isLosses(losses, measured)) return refuse(`it is damaged: domain '${name}' has no ${measured} losses`, other);
    return [name, about] as const;
  });
  if (canonical(withoutLosses) !== canonical(Object.entries(expected))) return refuse('it was measured on other images', other);
  return { ...settings, measured, domains };
}

/** Replaces the file by the landscape, complete or not at all. */
export function writeLandscape(file: string, landscape: LossLandscape): void {
  writeAtomically(file, `${JSON.stringify(landscape)}\n`);
}

/** SHA-256 of all parameters and statistics with their names, in hexadecimal. */
export function weightsDigest({ parameters, statistics }: Weights): string {
  const hash = createHash('sha256');
  for (const [name, variable] of [...parameters, ...statistics]) {
    const values = variable.dataSync();
    hash.update(`${name}\n${variable.shape}\n`).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

function parse(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readBounded(file, 2 ** 28).toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isLosses(losses: unknown, measured: number): boolean {
  return Array.isArray(losses) && losses.length === measured && losses.every((loss) => loss === null || Number.isFinite(loss));
}

/** Equal for equal settings, in whichever order their keys stand. */
function canonical(domains: readonly (readonly [string, object])[]): string {
  return JSON.stringify(domains.map(([name, about]) => [name, Object.entries(about).sort(([a], [b]) => (a < b ? -1 : 1))]));
}
