// npm test: builds, makes sure that the engine is there, runs every test, ends with `N passed, N failed`.
// Arguments go to vitest: npm test -- --project core
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const report = fileURLToPath(new URL('../node_modules/.cache/gradalign/tests.json', import.meta.url));

function run(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

if (run(bin('nx'), ['run-many', '-t', 'build', ...(process.env.CI ? ['--skip-nx-cache'] : [])], { NX_DAEMON: 'false' }) !== 0) {
  console.error('Cannot test: the build failed, expected it to pass');
  process.exit(1);
}
// The first installation fetches and checks TensorFlow; later ones see that it is there. Without it tests that need it say so and are skipped, never in CI.
if (run(process.execPath, ['packages/cli/bin/gradalign.js', 'engine', 'install']) !== 0) {
  if (process.env.CI) process.exit(1);
  console.error('The native engine is not there: tests that need it are skipped.');
}

mkdirSync(fileURLToPath(new URL('../node_modules/.cache/gradalign', import.meta.url)), { recursive: true });
rmSync(report, { force: true });
const status = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]);
let passed = 0;
let failed = 1;
let skipped = 0;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  skipped = result.numPendingTests + result.numTodoTests;
  // A file that could not be collected has no tests that failed: it counts as one.
  failed = result.numFailedTests + result.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  if (status !== 0 && failed === 0) failed = 1;
} catch {
  console.error('Cannot read the report of the tests: the runner wrote none, expected node_modules/.cache/gradalign/tests.json');
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : status);
