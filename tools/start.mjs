// npm start: everything from a fresh clone to a table. Makes what is missing, reuses what is there.
// Ends with the path of a report: one HTML page.
//   npm start              one domain left out, ERM and GAC-FAS
//   npm start -- --all     every domain in turn, SAM and SAGM too
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const all = process.argv.includes('--all');
const rest = process.argv.slice(2).filter((argument) => argument !== '--all');

function gradalign(...args) {
  const { status, signal } = spawnSync(process.execPath, ['packages/cli/bin/gradalign.js', ...args], { cwd: root, stdio: 'inherit' });
  return signal ? 130 : (status ?? 1);
}

// Where the native engine cannot be had, the run goes on with WebAssembly and says so.
if (gradalign('engine', 'install') !== 0) console.error('Going on without the native engine: training takes 10 to 20 times as long.');
const study = `examples/quickstart/${all ? 'all' : 'study'}.yaml`;
const status =
  gradalign('data', 'synthesize', '--out', 'data/recapture') ||
  gradalign('compare', study, ...rest) ||
  // With --json, standard output stays one document: the table.
  (rest.includes('--json')
    ? 0
    : gradalign('report', study, '-o', 'runs/quickstart/report.html', ...rest.filter((argument) => !/^(-q|--quiet)$/.test(argument))));
process.exit(status);
