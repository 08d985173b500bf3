// npm test: builds, makes sure that the engine is there, runs every test but the long ones, ends with `N passed, N failed`.
// npm run test:long (--long): the files `*.long.test.*`, from source, with no build before.
// Arguments go to vitest: npm test -- --project core
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, keepTally, renderTally, tallyOf } from './test-tally.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const long = process.argv.includes('--long');
const suite = long ? 'long-tests' : 'tests';
const report = cached(suite);

function run(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

mkdirSync(dirname(report), { recursive: true });
for (const file of [report, cached(`${suite}-tally`)]) rmSync(file, { force: true });
const build = ['run-many', '-t', 'build', ...(process.env.CI ? ['--skip-nx-cache'] : [])];
if (!long && run(bin('nx'), build, { NX_DAEMON: 'false' }) !== 0) {
  console.error('Cannot test: the build failed, expected it to pass');
  process.exit(1);
}
// The first installation fetches and checks TensorFlow; later ones see that it is there. Without it tests that need it say so and are skipped, never in CI.
if (run(process.execPath, ['packages/cli/bin/gradalign.js', 'engine', 'install']) !== 0) {
  if (process.env.CI) process.exit(1);
  console.error('The native engine is not there: tests that need it are skipped.');
}

const args = process.argv.slice(2).filter((argument) => argument !== '--long');
const status = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], {
  GRADALIGN_LONG: long ? '1' : '0',
});
const tally = tallyOf(report, status);
keepTally(suite, tally);
console.log(renderTally(tally));
process.exit(tally.failed > 0 ? 1 : status);
