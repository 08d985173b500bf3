import { Type } from '@sinclair/typebox';
import type { Figure, Metric, Scored } from '../contracts/metric.ts';

/** Scores (higher = bona fide) of what a metric has seen, by kind. `species[i]` is the attack instrument of `attacks[i]`. */
export interface BinaryScores {
  readonly bonaFide: readonly number[];
  readonly attacks: readonly number[];
  readonly species: readonly string[];
}

export type Kinds = 'both' | 'attacks' | 'bona fide';

/** The label of bona fide samples where there are two classes; attacks have 0. */
const bonaFideLabel = 1;

/** For attacks whose instrument the data set does not tell. */
const unknownSpecies = 'unknown';

export const noOptions = Type.Object({}, { additionalProperties: false });

/**
 * A metric of two classes. It refuses scores that are not finite, other numbers of classes, and to compute where `needs` is not met:
 * RangeError `Cannot compute <name>: ...`.
 */
export function binaryMetric(name: string, needs: Kinds, compute: (scores: BinaryScores, operating: { readonly threshold: number }) => Figure): Metric {
  let scores = empty();
  return {
    reset() {
      scores = empty();
    },
    update(scored) {
      for (const sample of scored) add(scores, sample, name);
    },
    compute(operating) {
      refuseMissing(name, needs, scores);
      return compute(scores, operating);
    },
  };
}

/** Share of attacks that are accepted, 0..1. */
export function falseAcceptRate(attacks: readonly number[], threshold: number): number {
  return count(attacks, (score) => score >= threshold) / attacks.length;
}

/** Share of bona fide samples that are refused, 0..1. */
export function falseRejectRate(bonaFide: readonly number[], threshold: number): number {
  return count(bonaFide, (score) => score < threshold) / bonaFide.length;
}

/** Share of accepted attacks by species, 0..1, in the order of their names. */
export function falseAcceptRateBySpecies({ attacks, species }: BinaryScores, threshold: number): Record<string, number> {
  const byName = new Map<string, number[]>();
  attacks.forEach((score, i) => {
    const name = species[i] as string;
    const known = byName.get(name);
    if (known) known.push(score);
    else byName.set(name, [score]);
  });
  const names = [...byName.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, falseAcceptRate(byName.get(name) as number[], threshold)]));
}

interface Collected {
  readonly bonaFide: number[];
  readonly attacks: number[];
  readonly species: string[];
}

function empty(): Collected {
  return { bonaFide: [], attacks: [], species: [] };
}

function add(scores: Collected, { probabilities, label, species }: Scored, metric: string): void {
  const score = probabilities[bonaFideLabel];
  if (probabilities.length !== 2 || score === undefined) {
    throw new RangeError(`Cannot compute ${metric}: a sample has ${probabilities.length} class probabilities, expected two (attack, bona fide)`);
  }
  if (!Number.isFinite(score)) {
    const index = scores.bonaFide.length + scores.attacks.length;
    throw new RangeError(`Cannot compute ${metric}: sample ${index} has the score ${score}, expected a finite number`);
  }
  if (label === bonaFideLabel) {
    scores.bonaFide.push(score);
  } else if (label === 0) {
    scores.attacks.push(score);
    scores.species.push(species ?? unknownSpecies);
  } else {
    throw new RangeError(`Cannot compute ${metric}: a sample has the label ${label}, expected 0 (attack) or 1 (bona fide)`);
  }
}

function refuseMissing(name: string, needs: Kinds, { bonaFide, attacks }: BinaryScores): void {
  const wanted = needs === 'both' ? 'bona fide samples and attacks' : needs === 'attacks' ? 'attacks' : 'bona fide samples';
  if (bonaFide.length + attacks.length === 0) throw new RangeError(`Cannot compute ${name}: there are no samples, expected ${wanted}`);
  if (needs !== 'bona fide' && attacks.length === 0) {
    throw new RangeError(`Cannot compute ${name}: all ${bonaFide.length} samples are bona fide, expected ${needs === 'both' ? 'attacks too' : wanted}`);
  }
  if (needs !== 'attacks' && bonaFide.length === 0) {
    throw new RangeError(`Cannot compute ${name}: all ${attacks.length} samples are attacks, expected ${needs === 'both' ? 'bona fide samples too' : wanted}`);
  }
}

function count(scores: readonly number[], holds: (score: number) => boolean): number {
  let n = 0;
  for (const score of scores) if (holds(score)) n++;
  return n;
}
