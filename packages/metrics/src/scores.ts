import { LabelError, LengthError, ScoreError } from './errors.ts';

/** The label of bona fide samples; attacks have 0. */
export const bonaFideLabel = 1;

/** The species of attacks whose instrument is not known. */
export const unknownSpecies = 'unknown';

/** Columns of one length n: a row is a sample (an image, a frame, or a video whose frames were combined). Empty text means not known. */
export interface Scores {
  /** Higher = bona fide. Probabilities, logits, cosines: any finite numbers. */
  readonly scores: ArrayLike<number>;
  /** 1 = bona fide, 0 = attack. */
  readonly labels: ArrayLike<number>;
  /** The attack instrument; of no meaning for bona fide samples. */
  readonly species?: ArrayLike<string | undefined>;
  /** The person. The same name in another domain is another person. */
  readonly subjects?: ArrayLike<string | undefined>;
  /** The clip. The same name in another domain is another clip. */
  readonly videos?: ArrayLike<string | undefined>;
  /** The data set. */
  readonly domains?: ArrayLike<string | undefined>;
  /** Names of the samples. */
  readonly ids?: ArrayLike<string>;
  /** Attempts that gave no score: no face was found, or the file could not be read. They are in none of the columns. */
  readonly nonResponse?: NonResponse;
}

/** Attempts without a score, by kind. */
export interface NonResponse {
  readonly attacks: number;
  readonly bonaFide: number;
}

/** Scores by kind. `species[i]` is the instrument of `attacks[i]`. */
export interface BinaryScores {
  /** Scores of bona fide samples, in the order of the rows. */
  readonly bonaFide: ArrayLike<number>;
  /** Scores of attacks, in the order of the rows. */
  readonly attacks: ArrayLike<number>;
  readonly species: ArrayLike<string>;
}

/**
 * Scores by kind, checked.
 *
 * @param figure named in errors: `Cannot compute <figure>: ...`
 * @throws ScoreError for a score that is not finite
 * @throws LabelError for a label other than 0 and 1
 * @throws LengthError where the columns differ in length
 */
export function splitScores({ scores, labels, species }: Pick<Scores, 'scores' | 'labels' | 'species'>, figure = 'figures'): BinaryScores {
  requireLengths(scores.length, { labels, species }, figure);
  let attackCount = 0;
  for (let i = 0; i < scores.length; i++) {
    requireFinite(scores[i] as number, i, figure);
    requireLabel(labels[i] as number, i, figure);
    if (labels[i] === 0) attackCount++;
  }
  const bonaFide = new Float64Array(scores.length - attackCount);
  const attacks = new Float64Array(attackCount);
  const instruments = new Array<string>(attackCount);
  let [b, a] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (labels[i] === bonaFideLabel) bonaFide[b++] = score;
    else {
      instruments[a] = species?.[i] || unknownSpecies;
      attacks[a++] = score;
    }
  }
  return { bonaFide, attacks, species: instruments };
}

/** @throws LengthError unless each column that is there has `length` entries */
export function requireLengths(length: number, columns: Readonly<Record<string, ArrayLike<unknown> | undefined>>, figure: string): void {
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== length)
      throw new LengthError(`Cannot compute ${figure}: there are ${length} scores and ${column.length} ${name}, expected as many of both`);
  }
}

/**
 * Refuses a score that is not a finite number.
 *
 * @throws ScoreError `sample <index> has the score NaN`
 */
export function requireFinite(score: number, index: number, figure: string): void {
  if (!Number.isFinite(score)) throw new ScoreError(`Cannot compute ${figure}: sample ${index} has the score ${score}, expected a finite number`, index);
}

/**
 * Refuses a label other than 0 (attack) and 1 (bona fide).
 *
 * @throws LabelError `sample <index> has the label 2`
 */
export function requireLabel(label: number, index: number, figure: string): void {
  if (label !== 0 && label !== bonaFideLabel)
    throw new LabelError(`Cannot compute ${figure}: sample ${index} has the label ${label}, expected 0 (attack) or 1 (bona fide)`, index);
}
