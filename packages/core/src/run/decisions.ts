import { existsSync } from 'node:fs';
import type { Aggregate, Calibration, OperatingRule, OperatingThreshold } from '@gradalign/metrics';
import { describeReadError, readBounded } from '@gradalign/pixels/files';
import { suggestion } from '../configuration/nearest-name.ts';
import { cannot } from '../contracts/errors.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { ScoreScale } from '../evaluation/score-scale.ts';
import { lockFolder } from '../files/folder-lock.ts';
import { openSealed, seal } from '../files/sealed-json.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { RunPaths } from './run-folder.ts';

/** A threshold that somebody chose for a trained model, with all that is needed to use it and to judge it. Plain JSON, part of `decisions.json`. */
export interface Decision {
  /** The weights and the checkpoint that it was made for; it is used with no others. */
  readonly weights: string;
  readonly checkpoint: string;
  /** What its thresholds are compared with. */
  readonly scale: ScoreScale;
  readonly rule: OperatingRule;
  /** The data it was chosen on: `the held-out source share (a, b)`. */
  readonly chosenOn: string;
  /** How frames become a video's score. */
  readonly aggregate: Aggregate;
  /** For single images. */
  readonly frame: DecisionLevel;
  /** For videos. */
  readonly video: DecisionLevel;
}

/** The threshold of one level, its error rates on the data it was chosen on, and the calibration. */
export interface DecisionLevel extends OperatingThreshold {
  /** Number of samples: images, or videos. */
  readonly n: number;
  readonly bonaFide: number;
  readonly attacks: number;
  readonly calibration: Calibration | Unavailable;
}

/** Of decisions.json. */
const maxBytes = 2 ** 26;

/** Format 2 added `sha256`, the digest of the file's content. Format 1 can still be read. */
const format = 2;

/**
 * The decisions of a run by name; none where there is no file.
 *
 * @throws UserError where the file is damaged, or was not written by gradalign
 */
export function readDecisions({ decisions: file }: Pick<RunPaths, 'decisions'>): ReadonlyMap<string, Decision> {
  if (!existsSync(file)) return new Map();
  const refuse = (why: string, cause?: unknown) =>
    cannot(`read ${file}`, why, 'the decisions of a run (remove the file and calibrate again)', cause === undefined ? {} : { cause });
  let read: unknown;
  try {
    read = JSON.parse(readBounded(file, maxBytes).toString());
  } catch (cause) {
    throw refuse(describeReadError(cause), cause);
  }
  if (!isObject(read)) throw refuse('it was not written by gradalign calibrate');
  if (Object.hasOwn(read, 'sha256') !== (read['format'] === format)) throw refuse('it is damaged, or was written by another version of gradalign');
  const content = openSealed(read) as Readonly<Record<string, unknown>> | undefined;
  if (content === undefined) throw refuse('it is damaged: its digest is not that of its content');
  const { format: found, decisions } = content;
  const known = found === 1 || found === format;
  if (!known || !isObject(decisions) || !Object.values(decisions).every(isDecision)) throw refuse('it was not written by gradalign calibrate');
  return new Map(Object.entries(decisions as Readonly<Record<string, Decision>>));
}

/** The decision of that name. @throws UserError, exit code 2, where there is none */
export function findDecision(paths: RunPaths, name: string): Decision {
  const all = readDecisions(paths);
  const found = all.get(name);
  if (found) return found;
  const names = [...all.keys()];
  throw cannot(
    `use the decision '${name}' of ${paths.path}`,
    names.length === 0 ? 'it has no decisions' : 'there is no such decision',
    names.length === 0 ? 'one: make it with gradalign calibrate' : `one of ${names.join(', ')}${suggestion(name, names)}`,
    { exitCode: 2 },
  );
}

/**
 * Adds a decision to a run, atomically; one of the same name is replaced.
 *
 * @returns the decision that it replaced
 * @throws UserError where the name is not usable, another process writes there, or the file cannot be written
 */
export function writeDecision(paths: RunPaths, name: string, decision: Decision): Decision | undefined {
  checkDecisionName(name);
  using _ = lockFolder(paths.path, 'calibrate');
  const all = readDecisions(paths);
  const before = all.get(name);
  const decisions = Object.fromEntries([...all, [name, decision]]);
  writeAtomically(paths.decisions, `${JSON.stringify(seal({ format, decisions }), null, 2)}\n`);
  return before;
}

/**
 * Refuses a name that could not be typed or shown.
 *
 * @throws UserError, exit code 2
 */
export function checkDecisionName(name: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._=+%@-]{0,63}$/u.test(name))
    throw cannot(
      `name the decision '${name.slice(0, 80)}'`,
      'that is not a name',
      'at most 64 letters, digits, spaces and . _ = + % @ -, a letter or digit first',
      {
        exitCode: 2,
      },
    );
}

function isDecision(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { weights, checkpoint, scale, frame, video, chosenOn, rule, aggregate } = value;
  return (
    [weights, checkpoint, chosenOn].every((text) => typeof text === 'string') &&
    isObject(rule) &&
    ['mean', 'median', 'max'].includes(aggregate as string) &&
    (scale === 'logit' || scale === 'probability') &&
    [frame, video].every(isLevel)
  );
}

function isLevel(level: unknown): boolean {
  if (!isObject(level)) return false;
  const { threshold, interval, apcer, bpcer, acer, n, bonaFide, attacks, calibration } = level;
  return (
    [threshold, apcer, bpcer, acer, n, bonaFide, attacks].every(Number.isFinite) &&
    (interval === undefined || (Array.isArray(interval) && interval.length === 2 && interval.every(Number.isFinite))) &&
    isCalibration(calibration)
  );
}

function isCalibration(calibration: unknown): boolean {
  if (!isObject(calibration)) return false;
  const { error, method, temperature, points } = calibration;
  if (error !== undefined) return typeof error === 'string';
  if (method === 'temperature') return Number.isFinite(temperature) && (temperature as number) > 0;
  return method === 'isotonic' && Array.isArray(points) && points.length > 0 && points.flat().every(Number.isFinite);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
