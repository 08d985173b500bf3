import { type Roc, roc, type Scores, splitScores } from '@gradalign/metrics';
import { filterScores } from '../read/read-scores.ts';
import { seriesStyle } from './palette.ts';

/** One line of a plot that compares lines. */
export interface Series {
  readonly name: string;
  readonly roc: Roc;
  readonly color: string;
  readonly dash: string;
  /** Of equal group: drawn in one color, named once in the legend. */
  readonly group: string;
}

/** All test scores together, then each species of attack against all bona fide samples, where there are two or more. */
export function seriesBySpecies(scores: Scores): Series[] {
  const species = speciesOf(scores);
  const sets =
    species.length < 2 || species.length > 7
      ? []
      : species.map((name) => ({ name, scores: filterScores(scores, (row) => scores.labels[row] === 1 || scores.species?.[row] === name) }));
  return [{ name: species.length > 1 ? 'all attacks' : 'test', scores }, ...sets].map(({ name, scores: own }, i) => ({
    ...{ name, group: name, roc: rocOf(own) },
    ...seriesStyle(i),
  }));
}

/** One line each, in the color of its group. */
export function seriesByGroup(sets: readonly { readonly name: string; readonly group: string; readonly scores: Scores }[]): Series[] {
  const groups = [...new Set(sets.map(({ group }) => group))];
  return sets.map(({ name, group, scores }) => ({ name, group, roc: rocOf(scores), ...seriesStyle(groups.indexOf(group)) }));
}

/** The legend: each group once. */
export function legendOf(series: readonly Series[]): { readonly label: string; readonly color: string; readonly dash: string }[] {
  const first = new Map<string, Series>();
  for (const one of series) if (!first.has(one.group)) first.set(one.group, one);
  return first.size < 2 ? [] : [...first.values()].map(({ group, color, dash }) => ({ label: group, color, dash }));
}

/** Names of the species of attacks, sorted. */
export function speciesOf({ labels, species }: Scores): string[] {
  const names = new Set<string>();
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0) names.add(species?.[i] || 'unknown');
  return [...names].sort();
}

/** The whole curve of two kinds of scores. */
export function rocOf(scores: Scores): Roc {
  const { bonaFide, attacks } = splitScores(scores);
  return roc(bonaFide, attacks);
}
