// What a run of the tests counted: the line `N passed, N failed` that ends it. Run by itself (the last step of .ci/run) it adds up both suites.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMain } from './workspace.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** A file in the cache of this clone, which `npm ci` empties. */
export const cached = (name) => fileURLToPath(new URL(`../node_modules/.cache/gradalign/${name}.json`, import.meta.url));

/** @param {Tally} tally */
export const renderTally = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/**
 * The tally of vitest's JSON report. A report that is not there, or of a run that failed in no test, counts as one failure.
 * @param {string} report
 * @param {number} status The exit code of vitest.
 * @returns {Tally}
 */
export function tallyOf(report, status) {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    // A file that could not be collected has no tests that failed: it counts as one.
    const broken = result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    const failed = result.numFailedTests + broken;
    return { passed: result.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed, skipped: result.numPendingTests + result.numTodoTests };
  } catch (error) {
    console.error(`Cannot read the report of the tests: ${error.message}, expected what vitest writes`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {string} suite @param {Tally} tally */
export const keepTally = (suite, tally) => writeFileSync(cached(`${suite}-tally`), JSON.stringify(tally));

/** The tallies of the suites, added up; one that did not come to its end counts as one failure. */
function addTallies(suites) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    try {
      const tally = JSON.parse(readFileSync(cached(`${suite}-tally`), 'utf8'));
      for (const key of Object.keys(sum)) sum[key] += tally[key];
    } catch (error) {
      console.error(`Cannot count the ${suite}: ${error.message}, expected that they came to their end`);
      sum.failed++;
    }
  }
  return sum;
}

if (isMain(import.meta.url)) {
  const sum = addTallies(['tests', 'long-tests']);
  console.log(renderTally(sum));
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
