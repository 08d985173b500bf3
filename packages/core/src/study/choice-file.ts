import { join } from 'node:path';
import { UserError } from '../contracts/errors.ts';
import { readSearchChoice, type SearchChoice } from '../search/search-choice.ts';
import { searchFolder, searchName } from './find-study-run.ts';
import type { Study } from './study-definition.ts';

/** Where the choice of a method for a target is written; one over all targets has one file. */
export function choiceFile({ output, search }: Pick<Study, 'output' | 'search'>, method: string, target: string): string {
  return join(output, searchFolder, searchName(method, search?.per === 'method' ? undefined : target), 'choice.json');
}

/** The choice that stands there. A damaged one is none: it is made of the trials, and written again when the study goes on. */
export function soundChoice(file: string): SearchChoice | undefined {
  try {
    return readSearchChoice(file);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
