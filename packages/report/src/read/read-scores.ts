import { statSync } from 'node:fs';
import { readScores } from '@gradalign/core';
import { bonaFideLabel, type ParsedScores, type Scores, unknownSpecies } from '@gradalign/metrics';

/** Columns that are all there; text that is not known is empty. */
export interface FullScores extends Required<Scores> {
  readonly labels: Int8Array;
  /** Logits where every row of the file has one, else what the file gives as score. */
  readonly scores: Float64Array;
  /** Probabilities of bona fide, where `scores` are logits and the file has both. */
  readonly probabilities?: Float64Array;
}

/** Scores out of a file, and how it was read. */
export interface ScoreFile {
  readonly scores: FullScores;
  /** One line: columns, separator, what the labels mean. */
  readonly howRead: string;
}

/** Of larger files the samples' names are not kept: they would be most of the memory. */
const mostBytesWithIds = 1e8;

/** How a score file is read. */
export interface ScoreFileOptions {
  /** Of the rows, where the file does not say it. */
  readonly domain?: string;
  /** `logit` (default): rank by the column of that name where every row has one. `score`: by the score, whatever stands beside it. */
  readonly rankBy?: 'logit' | 'score';
}

/**
 * Reads a score file of any form that parseScores knows; rows without a score are counted as non-responses.
 *
 * @throws UserError where it is no score file, with its line
 */
export async function readScoreFile(file: string, { domain = '', rankBy = 'logit' }: ScoreFileOptions = {}): Promise<ScoreFile> {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const parsed = await readScores(file, { ids: bytes < mostBytesWithIds, nonResponse: 'count' });
  return { scores: completed(parsed, domain, rankBy), howRead: parsed.howRead };
}

/** All rows, one set after the other. */
export function joinScores(sets: readonly FullScores[]): FullScores {
  const [only] = sets;
  if (only && sets.length === 1) return only;
  const texts = (name: 'species' | 'subjects' | 'videos' | 'domains' | 'ids') => sets.flatMap((set) => Array.from(set[name], (text) => text ?? ''));
  return {
    scores: Float64Array.from(sets.flatMap(({ scores }) => Array.from(scores))),
    labels: Int8Array.from(sets.flatMap(({ labels }) => Array.from(labels))),
    ...(sets.every(({ probabilities }) => probabilities)
      ? { probabilities: Float64Array.from(sets.flatMap(({ probabilities }) => Array.from(probabilities ?? []))) }
      : {}),
    ...{ species: texts('species'), subjects: texts('subjects'), videos: texts('videos'), domains: texts('domains'), ids: texts('ids') },
    nonResponse: sets.reduce((sum, { nonResponse }) => ({ attacks: sum.attacks + nonResponse.attacks, bonaFide: sum.bonaFide + nonResponse.bonaFide }), {
      attacks: 0,
      bonaFide: 0,
    }),
  };
}

/** The rows for which `keep` says yes. Attempts without a score belong to no row and are left out. */
export function filterScores(scores: Scores, keep: (row: number) => boolean): FullScores {
  const rows: number[] = [];
  for (let i = 0; i < scores.scores.length; i++) if (keep(i)) rows.push(i);
  const texts = (values: ArrayLike<string | undefined> | undefined) => rows.map((i) => values?.[i] ?? '');
  return {
    scores: Float64Array.from(rows, (i) => scores.scores[i] as number),
    labels: Int8Array.from(rows, (i) => scores.labels[i] as number),
    ...{
      species: texts(scores.species),
      subjects: texts(scores.subjects),
      videos: texts(scores.videos),
      domains: texts(scores.domains),
      ids: texts(scores.ids),
    },
    nonResponse: { attacks: 0, bonaFide: 0 },
  };
}

function completed(
  { scores, logits, labels, species, subjects, videos, domains, ids, nonResponse }: ParsedScores,
  domain: string,
  rankBy: 'logit' | 'score',
): FullScores {
  const ranked = rankBy === 'logit' && logits?.every((logit) => Number.isFinite(logit)) ? logits : undefined;
  const texts = (values: ArrayLike<string | undefined> | undefined, otherwise = '') => Array.from(scores, (_, i) => values?.[i] || otherwise);
  return {
    ...{ scores: ranked ?? scores, nonResponse, labels: Int8Array.from(labels) },
    ...(ranked ? { probabilities: scores } : {}),
    species: Array.from(labels, (label, i) => (label === bonaFideLabel ? '' : species?.[i] || unknownSpecies)),
    ...{ subjects: texts(subjects), videos: texts(videos), domains: texts(domains, domain), ids: texts(ids) },
  };
}
