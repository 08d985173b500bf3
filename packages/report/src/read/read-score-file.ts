import { basename, extname } from 'node:path';
import { readScoreFile } from './read-scores.ts';
import type { Subject } from './subject.ts';

/**
 * A system known by the scores in a file.
 *
 * @param dev file of its scores on held-out data
 * @throws UserError where a file is no score file
 */
export async function readScoreFileSubject(file: string, dev?: string): Promise<Subject> {
  const name = basename(file, extname(file));
  const [test, heldOut] = [await readScoreFile(file), dev === undefined ? undefined : await readScoreFile(dev)];
  return {
    ...{ name, path: file, group: name, aggregate: 'mean', problems: [], test: test.scores },
    ...(heldOut ? { dev: heldOut.scores } : {}),
    notes: [`${basename(file)}: ${test.howRead}`, ...(heldOut && dev !== undefined ? [`${basename(dev)}: ${heldOut.howRead}`] : [])],
  };
}
