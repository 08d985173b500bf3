import { basename, extname } from 'node:path';
import { readScores } from './read-scores.ts';
import type { Subject } from './subject.ts';

/**
 * A system known by the scores in a file.
 *
 * @param dev file of its scores on held-out data
 * @throws UserError where a file is no score file
 */
export function readScoreFileSubject(file: string, dev?: string): Subject {
  const name = basename(file, extname(file));
  return {
    ...{ name, path: file, group: name, aggregate: 'mean', problems: [] },
    test: readScores(file, ''),
    ...(dev === undefined ? {} : { dev: readScores(dev, '') }),
  };
}
