import { stringify } from 'yaml';
import type { Experiment } from '../contracts/experiment.ts';
import type { WrittenValues } from './written-paths.ts';

/**
 * A resolved experiment as YAML text. It is an experiment itself: loading it gives the same values.
 *
 * @param written What the user wrote where the experiment has resolved values, for a run that may be moved: it stands under the key `written`.
 */
export function showExperiment(experiment: Experiment, written: WrittenValues = {}): string {
  const options = { lineWidth: 140, aliasDuplicateObjects: false };
  const beside =
    Object.keys(written).length === 0 ? '' : `# as written: where a path is gone, it is looked for by this\n${stringify(escaped({ written }), options)}`;
  return `${stringify(escaped(experiment), options)}${beside}`;
}

/** Escapes `${` in values, which would be read as a variable. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, escaped(own)]));
  return value;
}
