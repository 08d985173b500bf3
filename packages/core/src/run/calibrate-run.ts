import { MetricError, type OperatingRule, operatingThreshold, type ParsedScores } from '@gradalign/metrics';
import { cannot } from '../contracts/errors.ts';
import { frameChoice } from '../data/choose-frames.ts';
import { aggregateFrames } from '../evaluation/aggregate-frames.ts';
import { fitIsotonic, fitTemperature, logOdds } from '../evaluation/calibration.ts';
import { rankingScore } from '../evaluation/ranking-score.ts';
import { readScores } from '../evaluation/read-scores.ts';
import { type ScoredSample, scoreDomains, scoredByLogit } from '../evaluation/score-samples.ts';
import type { ScoreScale } from '../evaluation/score-scale.ts';
import type { Decision, DecisionLevel } from './decisions.ts';
import type { TrainedRun } from './trained-run.ts';

/** Options of `calibrateRun`. */
export interface CalibrateOptions {
  /** Default: the equal error point. */
  readonly rule?: OperatingRule;
  /** Default: temperature. */
  readonly calibration?: 'temperature' | 'isotonic';
  /** A score file of development data, made with this model; default: the held-out source share is scored. */
  readonly scores?: string;
  readonly signal?: AbortSignal;
}

/** A decision, what was understood of its data, and what to beware of. */
export interface CalibratedRun {
  readonly decision: Decision;
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Chooses a threshold for a trained model on data that it was not trained on, with an interval, and calibrates its probabilities there. Writes nothing.
 *
 * @throws UserError where nothing is held out, the scores cannot be read, or they are of one kind only
 */
export async function calibrateRun(run: TrainedRun, { rule = {}, calibration = 'temperature', scores, signal }: CalibrateOptions): Promise<CalibratedRun> {
  const { aggregate } = run.experiment.evaluate;
  if (run.classes.length !== 2) throw cannot('calibrate the run', `it has ${run.classes.length} classes`, 'two: a threshold separates bona fide from attacks');
  const scale: ScoreScale = run.scale ?? (run.risk.logit ? 'logit' : 'probability');
  const read = scores === undefined ? await scoreHeldOut(run, scale, signal) : await scoresOfFile(scores, scale, run.risk.logitScale ?? 1);
  const warnings: string[] = [];
  const level = (scored: readonly ScoredSample[], unit: string): DecisionLevel => {
    const labels = scored.map(({ sample }) => sample.label);
    const odds = scored.map(logOdds);
    const bonaFide = labels.filter((label) => label === 1).length;
    const chosen = thresholdOf(scored, rule, run.seed.value, read.chosenOn);
    const fitted = calibration === 'isotonic' ? fitIsotonic(odds, labels) : fitTemperature(odds, labels);
    if ('error' in fitted) warnings.push(`no calibrated probability for ${unit}: ${fitted.error}`);
    warnings.push(...tooFew(scored, rule, unit));
    return { ...chosen, n: scored.length, bonaFide, attacks: scored.length - bonaFide, calibration: fitted };
  };
  const videos = aggregateFrames(read.scored, aggregate);
  const { weights, checkpoint } = run;
  const decision = {
    weights,
    checkpoint,
    scale,
    rule,
    chosenOn: read.chosenOn,
    aggregate,
    frame: level(read.scored, 'images'),
    video: level(videos, 'videos'),
  };
  return { decision, notices: read.notices, warnings: [...new Set(warnings)] };
}

interface Calibrating {
  readonly scored: readonly ScoredSample[];
  readonly chosenOn: string;
  readonly notices: readonly string[];
}

async function scoreHeldOut(run: TrainedRun, scale: ScoreScale, signal: AbortSignal | undefined): Promise<Calibrating> {
  const { model, risk, loader, reporter, experiment } = run;
  const { sources } = await run.domains();
  const heldOut = sources.flatMap(({ name, heldOut: samples }) => (samples.length > 0 ? [{ name, samples }] : []));
  if (heldOut.length === 0)
    throw cannot('calibrate the run', 'nothing of its sources was held out (data.holdOut is 0)', 'a held-out share, or --scores <file> of development data', {
      exitCode: 2,
    });
  const { batch } = experiment.evaluate;
  const frames = frameChoice(experiment.evaluate.frames, run.seed);
  const byDomain = await scoreDomains({ model, risk, loader, batch, frames, scale, reporter, ...(signal ? { signal } : {}) }, heldOut);
  return { scored: Object.values(byDomain).flat(), chosenOn: `the held-out source share (${heldOut.map(({ name }) => name).join(', ')})`, notices: [] };
}

async function scoresOfFile(path: string, scale: ScoreScale, logitScale: number): Promise<Calibrating> {
  const parsed = await readScores(path, { ids: true, nonResponse: 'count' });
  const { values, how } = valuesOf(parsed, scale, logitScale);
  const scored = Array.from(values, (value, i): ScoredSample => {
    const [video, subject, species] = [parsed.videos?.[i], parsed.subjects?.[i], parsed.species?.[i]];
    const sample = {
      ...{ id: parsed.ids?.[i] ?? `row ${i + 1}`, image: { path: '' }, label: parsed.labels[i] as number, split: 'dev' as const },
      ...(video ? { video } : {}),
      ...(subject ? { subject } : {}),
      ...(species ? { species } : {}),
    };
    const of = { sample, domain: parsed.domains?.[i] ?? '' };
    return scale === 'logit' ? scoredByLogit(of, { value, scale: logitScale }) : { ...of, probabilities: [1 - value, value] };
  });
  return { scored, chosenOn: path, notices: [`${path}: ${parsed.howRead}; ${how}`] };
}

/** Scores of a file on the scale of the run: column logit as it is; probabilities as the logits that they stand for; anything else is taken for logits. */
function valuesOf({ scores, logits }: ParsedScores, scale: ScoreScale, logitScale: number): { readonly values: ArrayLike<number>; readonly how: string } {
  const probabilities = scores.every((score) => score >= 0 && score <= 1);
  if (scale === 'probability') {
    if (probabilities) return { values: scores, how: 'scores are probabilities, as the run has them' };
    throw cannot('calibrate the run', 'the run ranks by probabilities, and some scores of the file are outside 0..1', 'scores in 0..1 made with this run');
  }
  if (logits?.every((logit) => !Number.isNaN(logit))) return { values: logits, how: 'thresholds are on column logit' };
  if (!probabilities) return { values: scores, how: 'scores are taken for logits, as some are outside 0..1' };
  const values = scores.map((p) => logOdds({ probabilities: [1 - p, p] }) / logitScale);
  return { values, how: 'scores are taken for probabilities, since all are in 0..1 and there is no column logit' };
}

function thresholdOf(scored: readonly ScoredSample[], rule: OperatingRule, seed: number, chosenOn: string) {
  const column = <T>(of: (one: ScoredSample) => T) => scored.map(of);
  try {
    return operatingThreshold(
      {
        scores: Float64Array.from(scored, rankingScore),
        labels: column(({ sample }) => sample.label),
        species: column(({ sample }) => sample.species),
        subjects: column(({ sample }) => sample.subject),
        videos: column(({ sample }) => sample.video),
        domains: column(({ domain }) => domain),
      },
      rule,
      { seed },
    );
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    const [, is = error.message, expected = 'bona fide samples and attacks'] = /^Cannot [^:]+: (.*), expected (.*)$/s.exec(error.message) ?? [];
    throw cannot(`choose a threshold on ${chosenOn}`, is, expected, { cause: error });
  }
}

/** A small rate is not seen where a single error is more than that. */
function tooFew(scored: readonly ScoredSample[], { attacksAccepted, bonaFideRefused }: OperatingRule, unit: string): string[] {
  const limit = attacksAccepted ?? bonaFideRefused ?? 0;
  if (limit === 0) return [];
  const counts = new Map<string, number>();
  for (const { sample } of scored) {
    const kind = sample.label === 1 ? 'bona fide' : (sample.species ?? 'attack');
    if ((sample.label === 1) === (attacksAccepted === undefined)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const few = [...counts].filter(([, n]) => 1 / n > limit).map(([kind, n]) => `${n} ${kind}`);
  if (few.length === 0) return [];
  const rate = attacksAccepted === undefined ? 'BPCER' : 'APCER';
  return [
    `${rate} of at most ${Number((limit * 100).toPrecision(6))} % is more than ${few.join(', ')} ${unit} can show: one error is more; the threshold allows none`,
  ];
}
