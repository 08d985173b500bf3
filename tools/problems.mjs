// What the checks of tools/ share: how a problem is printed, and how a check ends.

/**
 * One line a problem: `file:line: <what is>, expected <what should be>`.
 * @typedef {{ file: string, line?: number, is: string, expected: string }} Problem
 */

/** @param {Problem} problem */
export const renderProblem = ({ file, line, is, expected }) => `${file}${line ? `:${line}` : ''}: ${is}, expected ${expected}`;

/**
 * Prints the problems in the order of their files and sets the exit code of the process: 1 if there is one.
 * @param {string} check
 * @param {readonly Problem[]} problems
 */
export function finish(check, problems) {
  const sorted = [...problems].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)));
  for (const problem of sorted) console.error(renderProblem(problem));
  if (problems.length > 0) console.error(`${check}: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

/** The line, from 1, of the character at `index`. */
export const lineAt = (text, index) => text.slice(0, index).split('\n').length;
