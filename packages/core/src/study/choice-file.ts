import { join } from 'node:path';
import { searchFolder, searchName } from './find-study-run.ts';
import type { Study } from './study-definition.ts';

/** Where the choice of a method for a target is written; one over all targets has one file. */
export function choiceFile({ output, search }: Pick<Study, 'output' | 'search'>, method: string, target: string): string {
  return join(output, searchFolder, searchName(method, search?.per === 'method' ? undefined : target), 'choice.json');
}
