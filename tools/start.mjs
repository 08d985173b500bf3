// npm start: everything from a fresh clone to a table. Makes what is missing, reuses what is there.
// Ends with the path of a report: one HTML page.
//   npm start              one domain left out, ERM and GAC-FAS
//   npm start -- --all     every domain in turn, SAM and SAGM too
//   npm start -- --plan    only what would run
// Starts from the weights of ImageNet. Where they or the native engine cannot be had it says so, and takes a small network from random weights.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const all = process.argv.includes('--all');
const rest = process.argv.slice(2).filter((argument) => argument !== '--all');
const asJson = rest.includes('--json');
const quiet = rest.filter((argument) => /^(-q|--quiet)$/.test(argument));
const interrupted = 130;

function gradalign(args, output = 'inherit') {
  const { status, signal } = spawnSync(process.execPath, ['packages/cli/bin/gradalign.js', ...args], { cwd: root, stdio: ['inherit', output, 'inherit'] });
  return signal ? interrupted : (status ?? 1);
}

/** With --json, standard output stays one document: the table. */
const prepare = (...args) => gradalign([...args, ...quiet], asJson ? 2 : 'inherit');

/** Undefined where nothing can be started from, since the user stopped it. */
function startingPoint() {
  const engine = prepare('engine', 'install');
  if (engine === interrupted) return undefined;
  if (engine !== 0) {
    console.error('Going on without the native engine, with tiny-cnn from random weights: training takes 10 to 20 times as long.');
    return 'tiny-cnn';
  }
  const weights = prepare('weights', 'install', 'efficientnet-lite0/imagenet');
  if (weights === interrupted) return undefined;
  if (weights === 0) return 'imagenet';
  console.error('Going on without the weights of ImageNet, with tiny-cnn from random weights: expect more errors.');
  return 'tiny-cnn';
}

function start() {
  const from = startingPoint();
  if (from === undefined) return interrupted;
  const [folder, runs] = from === 'imagenet' ? ['examples/quickstart', 'runs/quickstart'] : ['examples/quickstart/tiny-cnn', 'runs/quickstart-tiny-cnn'];
  const study = `${folder}/${all ? 'all' : 'study'}.yaml`;
  // Needs no data, which are rendered by the start itself.
  if (rest.includes('--plan')) return gradalign(['show', study, ...rest.filter((argument) => argument !== '--plan')]);
  const report = ['report', study, '-o', `${runs}/report.html`, ...rest.filter((argument) => !quiet.includes(argument))];
  return prepare('data', 'synthesize', '--out', 'data/recapture') || gradalign(['compare', study, ...rest]) || (asJson ? 0 : gradalign(report));
}

process.exit(start());
