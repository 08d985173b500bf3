import { bonaFideLabel, type Scores } from './scores.ts';

/** What the bootstrap draws: people where each row names one, clips where each names one or the other, single samples otherwise. */
export type Unit = 'subjects' | 'videos' | 'samples';

/** Rows by what is drawn together. */
export interface ResamplingUnits {
  /** The coarsest unit that holds for all rows; single rows may belong to a larger one. */
  readonly over: Unit;
  /** Of each row; bona fide samples and attacks are numbered apart, each from 0. */
  readonly codes: Int32Array;
  readonly bonaFide: number;
  readonly attacks: number;
}

/**
 * Subjects where known, videos otherwise, single samples where neither is. Stratified by label: the bona fide samples of a person and the attacks
 * on that person are two units. A name counts within its domain.
 */
export function resamplingUnits({ scores, labels, subjects, videos, domains }: Scores): ResamplingUnits {
  const codes = new Int32Array(scores.length);
  const counts = [0, 0];
  const known = [new Map<string, number>(), new Map<string, number>()];
  let [withSubject, withEither] = [0, 0];
  for (let i = 0; i < codes.length; i++) {
    const kind = labels[i] === bonaFideLabel ? 1 : 0;
    const [subject, video] = [subjects?.[i], videos?.[i]];
    if (subject) withSubject++;
    if (subject || video) {
      withEither++;
      const key = `${subject ? 's' : 'v'}${domains?.[i] ?? ''}\0${subject || video}`;
      const code = known[kind]?.get(key);
      if (code !== undefined) {
        codes[i] = code;
        continue;
      }
      known[kind]?.set(key, counts[kind] as number);
    }
    codes[i] = counts[kind] as number;
    counts[kind] = (counts[kind] as number) + 1;
  }
  const over = withSubject === codes.length ? 'subjects' : withEither === codes.length ? 'videos' : 'samples';
  return { over, codes, bonaFide: counts[1] as number, attacks: counts[0] as number };
}
