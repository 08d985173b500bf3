import { UserError } from '../contracts/errors.ts';

/** The label of bona fide samples where there are two classes. */
export const bonaFide = 1;

/** @throws UserError where the classes are not attack and bona fide. */
export function requireBonaFide(loss: string, classes: readonly string[]): void {
  if (classes.length === 2) return;
  throw new UserError(`Cannot use loss '${loss}': the data has ${classes.length} classes (${classes.join(', ')}), expected 2, attack and bona fide`, {
    exitCode: 2,
  });
}
