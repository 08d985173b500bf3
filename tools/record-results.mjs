// npm run record:results -- --out FILE: records the bytes that come out of the product, so that a change of the source can be shown to change no result.
//   node tools/record-results.mjs --out FILE [--checkout DIR] [--keep DIR]   record this checkout, or another one (which may lack this script)
//   node tools/record-results.mjs --compare A B                              print what differs; exits 1 if anything does
//   node tools/record-results.mjs --read DIR                                 read what an older version left in --keep DIR; exits 1 if it reads differently
// Recorded, as sha256 digests in FILE: the recapture benchmark rendered at its smallest; the quickstart's ERM and GAC, shortened; the GAC run again,
// interrupted and resumed; ten classes, on both engines; evaluate, predict and sharpness of stored runs; three prepared data sets; every golden with full
// digits (group `results`); resolved experiments, catalogue and JSON Schema (group `surface`, which may change on purpose).
// Times, seconds, paths, versions, git revision and host are taken out before the digest. Same machine, engine and threads: same record.
// --keep DIR keeps everything that was made, and in DIR/recorded the texts as they were digested: `diff -r` of two of them shows what a digest hides.
// Needs ffmpeg and the native engine (gradalign engine install); runs from source, so no build is needed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeCelebaSpoof, writeMsuMfsd, writeOwnVideos } from './record-results/inputs.mjs';
import { compareRecords, filesBelow, Record } from './record-results/record.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    checkout: { type: 'string' },
    keep: { type: 'string' },
    read: { type: 'string' },
    compare: { type: 'boolean' },
  },
});
const from = process.env.INIT_CWD ?? '.';
const checkout =
  options.checkout === undefined ? fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '') : realpathSync(resolve(from, options.checkout));
const root = createRequire(join(checkout, 'package.json'));
const source = ['--conditions=@gradalign/source', '--import', pathToFileURL(root.resolve('tsx')).href];
const started = performance.now();

if (options.compare) {
  const [a, b] = positionals.map((path) => readJson(resolve(from, path)));
  if (b === undefined) usage('--compare takes two records');
  process.exitCode = compareRecords(a, b) ? 0 : 1;
} else if (options.read !== undefined) {
  const work = realpathSync(resolve(from, options.read));
  const record = new Record({ [work]: '<work>', [checkout]: '<checkout>' });
  recordStored(record, work);
  const { results, machine } = readJson(join(work, 'record.json'));
  const before = Object.fromEntries(Object.keys(record.groups.results).map((key) => [key, results[key]]));
  process.exitCode = compareRecords({ machine, results: before, surface: {} }, { machine: describeMachine(work), ...record.groups }) ? 0 : 1;
} else if (options.out !== undefined) await recordAll(resolve(from, options.out));
else usage('--out FILE, --compare A B or --read DIR is needed');

async function recordAll(out) {
  const kept = options.keep === undefined ? undefined : resolve(from, options.keep);
  if (kept !== undefined && existsSync(kept) && readdirSync(kept).length > 0) usage(`--keep ${kept} is not empty`);
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  const work = realpathSync(kept ?? mkdtempSync(join(tmpdir(), 'gradalign-record-')));
  const record = new Record({ [work]: '<work>', [checkout]: '<checkout>' }, kept === undefined ? undefined : join(work, 'recorded'));
  try {
    recordBenchmark(record, work);
    recordQuickstart(record, work);
    await recordResumed(record, work);
    recordTenClasses(record, work);
    recordPrepared(record, work);
    recordStored(record, work);
    recordGoldens(record, work);
    recordSurface(record, work);
    const text = `${JSON.stringify({ format: 1, machine: describeMachine(work), ...record.groups }, null, 2)}\n`;
    writeFileSync(out, text);
    if (kept !== undefined) writeFileSync(join(work, 'record.json'), text);
  } finally {
    if (kept === undefined) rmSync(work, { recursive: true, force: true });
  }
  said(`${Object.values(record.groups).reduce((sum, group) => sum + Object.keys(group).length, 0)} entries in ${out}`);
}

/** The smallest benchmark, rendered from nothing but a seed; everything below trains on it. */
function recordBenchmark(record, work) {
  record.text('synthesize/report', gradalign(work, 'data', 'synthesize', '--out', 'recapture', '--size', 'small', '--json'), { json: true });
  record.file('synthesize/benchmark.json', join(work, 'recapture/benchmark.json'));
  record.tree('synthesize/pictures', join(work, 'recapture'));
  said('data synthesize');
}

/** The quickstart's study from random weights as it stands in the checkout (older ones have no other), with four epochs and one seed, and averages of the weights beside each run. */
function recordQuickstart(record, work) {
  const quickstart = [join(checkout, 'examples/quickstart/tiny-cnn'), join(checkout, 'examples/quickstart')].find((folder) => existsSync(folder));
  const study = parseYaml(join(quickstart, 'study.yaml'));
  study.methods.gac.optimizer.warmupEpochs = 1;
  writeFileSync(join(work, 'study.yaml'), JSON.stringify({ ...study, experiment: join(quickstart, 'experiment.yaml'), seeds: [0], output: 'runs' }));
  const roots = ['webcam', 'phone', 'kiosk', 'doorbell'].map((domain) => `data.source.${domain}.root=${join(work, 'recapture')}`);
  const short = ['train.epochs=4', 'train.evaluateEvery=2', 'train.checkpointEvery=1', 'callbacks=[ema, swa]', ...roots];
  const printed = gradalign(work, 'compare', 'study.yaml', '--json', ...short.flatMap((set) => ['--set', set]));
  record.text('quickstart/comparison', printed, { json: true, drop: ['folder'] });
  for (const method of ['erm', 'gac']) {
    recordRun(record, `quickstart/${method}`, runFolder(work, method));
    record.value(`quickstart/${method} (figures)`, readJson(join(runFolder(work, method), 'results.json')).evaluation.literature.pooled.frame.figures);
  }
  said('quickstart: ERM and GAC');
}

/** The same GAC run, interrupted after its first epoch wherever that comes to, and resumed: what it leaves is what the uninterrupted run left. */
async function recordResumed(record, work) {
  const whole = runFolder(work, 'gac');
  const folder = join(work, 'runs/resumed');
  for (let attempt = 1; (await interrupted(work, join(whole, 'experiment.yaml'), folder)) !== 130; attempt++) {
    if (attempt === 3) throw new Error('Cannot record a resumed run: it ended before it could be interrupted, three times');
    rmSync(folder, { recursive: true, force: true });
  }
  gradalign(work, 'train', '--resume', folder);
  recordRun(record, 'resumed', folder);
  const keys = Object.keys(record.groups.results).filter((key) => key.startsWith('resumed/'));
  const different = keys.filter((key) => record.groups.results[key] !== record.groups.results[key.replace('resumed/', 'quickstart/gac/')]);
  record.value('resumed (unlike the uninterrupted run)', different);
  said('interrupted and resumed');
}

/** The exit code of a training that is sent SIGINT as soon as its first checkpoint stands. */
async function interrupted(work, experiment, folder) {
  const child = spawn(process.execPath, [...source, bin(), 'train', experiment, '--output', folder], { cwd: work, stdio: 'ignore' });
  const ended = new Promise((done) => child.on('exit', done));
  while (child.exitCode === null && !existsSync(join(folder, 'checkpoints/epoch-0001'))) await sleep(20);
  child.kill('SIGINT');
  return ended;
}

/** Rotated MNIST, four steps on two domains: nothing is binary. Once on the native engine, once on WebAssembly. */
function recordTenClasses(record, work) {
  const experiment = join(checkout, 'examples/rotated-mnist/experiment.yaml');
  const domain = (angle) => `{ use: rotated-mnist, angle: ${angle}, limit: 100 }`;
  const changes = [`data.source={ a: ${domain(0)}, b: ${domain(45)} }`, `data.target={ c: ${domain(75)} }`, 'train.epochs=2', 'train.stepsPerEpoch=2'];
  for (const engine of ['auto', 'wasm']) {
    const set = [...changes, `engine=${engine}`].flatMap((change) => ['--set', change]);
    gradalign(work, 'train', experiment, '--output', `runs/ten-classes-${engine}`, ...set);
    recordRun(record, `ten-classes/${engine}`, join(work, 'runs', `ten-classes-${engine}`));
  }
  said('ten classes, both engines');
}

/** A raw set of videos with annotations, an image set with box files, and a user's own videos through the detector. */
function recordPrepared(record, work) {
  const photograph = createRequire(join(checkout, 'packages/face-detector/package.json')).resolve('@vladmandic/face-api/package.json');
  const pictures = filesBelow(join(work, 'recapture')).filter((name) => name.endsWith('.jpg'));
  writeMsuMfsd(join(work, 'raw/msu'));
  writeCelebaSpoof(
    join(work, 'raw/celeba'),
    pictures.filter((_, i) => i % 50 === 0).map((name) => join(work, 'recapture', name)),
  );
  writeOwnVideos(join(work, 'raw/own'), join(dirname(photograph), 'demo/sample1.jpg'));
  const sets = {
    msu: ['--use', 'msu-mfsd', '--root', 'raw/msu', '--frames', 'even=2', '--size', '32', '--faces', 'annotation'],
    celeba: [
      '--use',
      'celeba-spoof',
      '--root',
      'raw/celeba',
      '--frames',
      'ssdg',
      '--crop',
      'gd-fas',
      '--size',
      '48',
      '--faces',
      'annotation',
      '--format',
      'png',
    ],
    own: ['raw/own', '--frames', 'even=1', '--size', '64', '--crop', 'ssdg'],
  };
  for (const [name, settings] of Object.entries(sets)) {
    record.tree(`prepared/${name}/input`, join(work, 'raw', name));
    record.text(`prepared/${name}/printed`, gradalign(work, 'data', 'prepare', ...settings, '--out', `prepared/${name}`, '--json'), { json: true });
    const folder = join(work, 'prepared', name);
    const listed = /^(manifest\.csv|preparation\.json|report\.json)$/;
    record.files(`prepared/${name}`, folder, (file) => listed.test(file));
    record.tree(`prepared/${name}/crops`, folder, (file) => !listed.test(file) && !file.startsWith('.preparation/'));
  }
  said('three prepared data sets');
}

/** What can be asked of runs and prepared folders that are there already, whichever version made them. `run` is a folder's name, which has six digits of its paths. */
function recordStored(record, work) {
  const to = mkdtempSync(join(tmpdir(), 'gradalign-scores-'));
  const json = (key, ...args) => record.text(`stored/${key}`, gradalign(work, ...args, '--json'), { json: true, drop: ['run'] });
  try {
    for (const method of ['erm', 'gac']) {
      json(`${method}/evaluate`, 'evaluate', runFolder(work, method), '--scores', join(to, method));
      record.files(`stored/${method}/scores`, join(to, method));
    }
    const run = runFolder(work, 'gac');
    json('gac/evaluate --weights ema', 'evaluate', run, '--weights', 'ema');
    json('gac/evaluate --on folder', 'evaluate', run, '--on', 'recapture/phone');
    json('gac/predict', 'predict', run, 'recapture/doorbell/test');
    json('gac/sharpness', 'sharpness', run, '--samples', '12', '--directions', '2', '--ascent-steps', '2');
    json('ten-classes/evaluate', 'evaluate', 'runs/ten-classes-auto');
    for (const name of ['msu', 'celeba', 'own']) {
      json(`prepared/${name}/verify`, 'data', 'verify', `prepared/${name}`);
      json(`prepared/${name}/inspect`, 'data', 'inspect', '--use', 'manifest', '--root', `prepared/${name}`);
    }
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
  said('stored runs and prepared folders read');
}

/** Every case of goldens/: its largest deviation with all digits. The checker prints three of them, so the child is started with a printer of all. */
function recordGoldens(record, work) {
  const allDigits = 'data:text/javascript,Number.prototype.toExponential=function(){return%20String(this)}';
  const args = ['--import', allDigits, join(checkout, 'tools/check-goldens.ts'), join(checkout, 'goldens')];
  const cases = node(work, args)
    .split('\n')
    .filter((line) => /^(ok|FAIL|ERROR)\b/.test(line));
  record.value(
    'goldens',
    cases.map((line) => line.replace(/\s+/g, ' ')),
  );
  said('goldens');
}

/** Resolved experiments of examples (each method of each study) and recipes, catalogue, JSON Schema, protocols. */
function recordSurface(record, work) {
  const json = (key, ...args) => record.text(key, gradalign(work, ...args), { group: 'surface', json: true });
  const catalogue = gradalign(work, 'list', '--json');
  for (const item of JSON.parse(catalogue)) record.text(`list/${item.kind} ${item.name}`, JSON.stringify(item), { group: 'surface', json: true });
  record.text(
    'list (order)',
    JSON.parse(catalogue)
      .map(({ kind, name }) => `${kind} ${name}\n`)
      .join(''),
    { group: 'surface' },
  );
  json('schema', 'schema');
  json('protocols', 'protocol', 'list', '--json');
  const show = (key, file, set = []) =>
    record.text(`show/${key}`, gradalign(work, 'show', file, ...set.flatMap((change) => ['--set', change])), { group: 'surface' });
  for (const name of filesBelow(join(checkout, 'examples')).filter((file) => /^[^/]+\/[^/]+\.yaml$/.test(file))) {
    const path = join(checkout, 'examples', name);
    const { experiment, methods, leaveOut } = parseYaml(path);
    if (experiment === undefined) show(`examples/${name}`, path);
    for (const [method, changes] of Object.entries(methods ?? {})) {
      const set = Object.entries({ 'data.leaveOut': leaveOut[0], ...changes }).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      show(`examples/${name} ${method}`, join(dirname(path), experiment), set);
    }
  }
  const recipes = join(checkout, 'packages/fas-gac/recipes');
  const standIns = Object.fromEntries(['a', 'b', 'c'].map((domain) => [domain, { use: 'image-folder', root: 'faces', domain }]));
  for (const name of filesBelow(recipes).filter((file) => file.endsWith('.yaml'))) {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), JSON.stringify({ extends: join(recipes, name), data: { source: standIns } }));
    show(`recipes/${name}`, join(work, name));
  }
  said('resolved experiments, catalogue, schema');
}

/** A run folder: all its files but the environment, of which the machine is what differs. */
function recordRun(record, key, folder) {
  record.files(key, folder, (name) => name !== 'environment.json' && !name.startsWith('.'));
}

/** A run of the study; its folder ends with six digits of the experiment, in which paths stand. */
function runFolder(work, method) {
  return join(
    work,
    'runs',
    readdirSync(join(work, 'runs')).find((name) => name.startsWith(`${method}-doorbell-seed0-`)),
  );
}

/** What bits depend on besides the source. */
function describeMachine(work) {
  const { engine, images } = readJson(join(runFolder(work, 'gac'), 'environment.json'));
  const [ffmpeg] = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split(' Copyright');
  return { node: process.version, engine, images, ffmpeg };
}

function gradalign(work, ...args) {
  return node(work, [bin(), ...args]);
}

function bin() {
  return join(checkout, 'packages/cli/bin/gradalign.js');
}

/** Runs the checkout's source and returns what it prints. */
function node(work, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...source, ...args], { cwd: work, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`Cannot record: ${args.join(' ')} ended with ${status}, expected 0\n${stdout}\n${stderr}`);
  return stdout;
}

function parseYaml(path) {
  return root('yaml').parse(readFileSync(path, 'utf8'));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function said(what) {
  console.error(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${what}`);
}

function usage(message) {
  console.error(`Cannot record results: ${message}, expected one of the calls at the top of tools/record-results.mjs`);
  process.exit(2);
}
