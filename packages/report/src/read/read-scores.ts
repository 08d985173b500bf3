import { readScoreFile } from '@gradalign/core';
import { bonaFideLabel, type Scores, unknownSpecies } from '@gradalign/metrics';

/** Columns that are all there. */
export type FullScores = Required<Omit<Scores, 'nonResponse'>>;

/**
 * A score file as columns.
 *
 * @param domain of the rows that do not name theirs
 * @throws UserError where the file is no score file
 */
export function readScores(file: string, domain: string): FullScores {
  const rows = readScoreFile(file);
  return {
    scores: Float64Array.from(rows, ({ score }) => score),
    labels: Int8Array.from(rows, ({ isBonaFide }) => (isBonaFide ? bonaFideLabel : 0)),
    species: rows.map(({ isBonaFide, attackType }) => (isBonaFide ? '' : attackType || unknownSpecies)),
    subjects: rows.map(({ claimedId }) => claimedId),
    videos: rows.map(({ videoKey }) => videoKey),
    domains: rows.map(() => domain),
    ids: rows.map(({ testLabel }) => testLabel),
  };
}

/** All rows, one set after the other. */
export function joinScores(sets: readonly Scores[]): FullScores {
  const column = <K extends 'species' | 'subjects' | 'videos' | 'domains' | 'ids'>(name: K): string[] =>
    sets.flatMap((set) => Array.from({ length: set.scores.length }, (_, i) => set[name]?.[i] ?? ''));
  return {
    scores: Float64Array.from(sets.flatMap(({ scores }) => Array.from(scores))),
    labels: Int8Array.from(sets.flatMap(({ labels }) => Array.from(labels))),
    species: column('species'),
    subjects: column('subjects'),
    videos: column('videos'),
    domains: column('domains'),
    ids: column('ids'),
  };
}

/** The rows for which `keep` says yes. */
export function filterScores(scores: Scores, keep: (row: number) => boolean): FullScores {
  const rows = Array.from({ length: scores.scores.length }, (_, i) => i).filter(keep);
  const column = (values: ArrayLike<string | undefined> | undefined) => rows.map((i) => values?.[i] ?? '');
  return {
    scores: Float64Array.from(rows, (i) => scores.scores[i] as number),
    labels: Int8Array.from(rows, (i) => scores.labels[i] as number),
    species: column(scores.species),
    subjects: column(scores.subjects),
    videos: column(scores.videos),
    domains: column(scores.domains),
    ids: column(scores.ids),
  };
}
