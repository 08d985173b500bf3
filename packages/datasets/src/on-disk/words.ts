import type { Split } from '@gradalign/core';

/** The split that a folder's name means, in any case. */
export function splitOf(folder: string): Split | undefined {
  return splitNames[folder.toLowerCase()];
}

const splitNames: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  dev: 'dev',
  devel: 'dev',
  development: 'dev',
  val: 'dev',
  valid: 'dev',
  validation: 'dev',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
};

/** Species that all data sets share; a data set's own finer word follows after a slash. */
export const speciesWords: readonly string[] = ['print', 'replay', 'mask', 'cut-print', 'other'];

/**
 * The species that a folder's name means where a label should stand: `print`, `replay`, `mask` and `cut-print` can only be attacks. In any case.
 */
export function attackSpeciesOf(folder: string): string | undefined {
  const word = folder.toLowerCase();
  return word === 'other' ? undefined : speciesWords.find((species) => species === word);
}

const labels = new Map<string, 0 | 1>([
  ['live', 1],
  ['real', 1],
  ['bonafide', 1],
  ['genuine', 1],
  ['attack', 0],
  ['spoof', 0],
  ['fake', 0],
]);

/** 1 for a word that means live, 0 for one that means attack, in any case: `bona fide`, `Spoof`. */
export function labelOf(word: string): 0 | 1 | undefined {
  return labels.get(word.toLowerCase().replaceAll(/[\s_-]/g, ''));
}
