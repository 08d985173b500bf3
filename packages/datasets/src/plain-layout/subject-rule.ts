import { cannot, isCameraOrDate } from '@gradalign/core';
import type { SubjectRule } from './plain-layout.ts';

/** First parts of names that say what a file is, not who is in it: `video_01`, `attack_print_client001`. */
const generic =
  /^(live|real|bonafide|genuine|attack|spoof|fake|print|replay|mask|cut-print|other|video|vid|clip|movie|image|img|frame|crop|face|subject|client|person|user|id)$/i;

/** Names that begin with a date in parts: `2024_03_05_101112`. */
const dateName = /^(19|20)\d{2}_(0[1-9]|1[0-2])_(0[1-9]|[12]\d|3[01])(_|$)/;

/**
 * The text before the first `_` in a video's name `<subject>_<...>`, unless it is a word like `video` or `attack`, a camera's prefix (`WIN`, `PXL`), or a date. Images that stand alone have no
 * subject by this rule: their names mostly start with a camera's prefix.
 */
export const subjectBeforeUnderscore: SubjectRule = (name, kind) => {
  if (kind === 'image' || dateName.test(name)) return undefined;
  const [, subject] = /^([^_]+)_./.exec(name) ?? [];
  return subject === undefined || generic.test(subject) || isCameraOrDate(subject) ? undefined : subject;
};

/** The `check` of data sets that take a pattern for subjects: a UserError where it is none. */
export function checkSubject({ subject }: { readonly subject?: string | undefined }): void {
  if (subject !== undefined) subjectByPattern(subject);
}

/** The text that the one group of a regular expression matches in the name of a video, or of an image that stands alone. */
export function subjectByPattern(pattern: string): SubjectRule {
  const refuse = (is: string) =>
    cannot('take subjects from names', `option subject is ${JSON.stringify(pattern)}, ${is}`, "a regular expression with one group, such as '^([0-9]+)_'", {
      exitCode: 2,
    });
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch {
    throw refuse('which is not a regular expression');
  }
  const groups = (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) - 1;
  if (groups !== 1) throw refuse(`which has ${groups} groups`);
  return (name) => expression.exec(name)?.[1];
}
