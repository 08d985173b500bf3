import { stringify } from 'yaml';
import type { Experiment } from '../contracts/experiment.ts';

/** A resolved experiment as YAML text. It is an experiment itself: loading it gives the same values. */
export function showExperiment(experiment: Experiment): string {
  return stringify(escaped(experiment), { lineWidth: 140, aliasDuplicateObjects: false });
}

/** Escapes `${` in values, which would be read as a variable. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, escaped(own)]));
  return value;
}
