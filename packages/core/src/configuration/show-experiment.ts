import { stringify } from 'yaml';
import type { Experiment } from '../contracts/experiment.ts';

/** The resolved experiment as YAML. It is an experiment itself: loading it gives the same values. */
export function showExperiment(experiment: Experiment): string {
  return stringify(escaped(experiment), { lineWidth: 140, aliasDuplicateObjects: false });
}

/** `${` in a value would be taken for a variable. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, escaped(own)]));
  return value;
}
