// npm run pack:check: packs every package, installs the tarballs in an empty project outside the repository, and uses them there as a stranger would.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'gradalign-pack-'));
const keep = process.argv.includes('--keep');
const step = (text) => console.log(`== ${text}`);
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NX_DAEMON: 'false' } });
const read = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  step('build, and the binding for this platform');
  run('npx', ['nx', 'run-many', '-t', 'build']);
  run('npm', ['run', 'prebuild', '-w', 'packages/engine']);

  step('publint and attw');
  run('npx', ['nx', 'run-many', '-t', 'pack-check']);

  step('pack');
  const tarballs = join(work, 'tarballs');
  mkdirSync(tarballs);
  const packages = readdirSync(join(root, 'packages')).map((dir) => `packages/${dir}`);
  run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...packages.flatMap((dir) => ['-w', dir])]);
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  for (const file of files) refuseSuspects(file);

  step(`install ${files.length} tarballs in an empty project`);
  const project = join(work, 'a project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "private": true }\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', ...files], project);
  const scripts = installScripts(join(project, 'node_modules'));
  if (scripts.length > 0) throw new Error(`Cannot publish: packages with install scripts were installed (${scripts.join(', ')}), expected none`);

  step('the installed command, with a plugin from outside');
  cpSync(join(root, 'examples/custom-optimizer/extragradient.js'), join(project, 'extragradient.mjs'));
  writeFileSync(
    join(project, 'experiment.yaml'),
    `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac", "./extragradient.mjs"]
seed: 1
data:
  source:
    upright: { use: rotated-mnist, angle: 0, limit: 200 }
    turned: { use: rotated-mnist, angle: 30, limit: 200 }
  target:
    far: { use: rotated-mnist, angle: 75, limit: 200 }
  image: { size: 28, mean: [0], std: [1] }
  batch: { perDomain: 16 }
model: { use: tiny-cnn, head: linear }
losses: [cross-entropy]
optimizer: { use: extragradient, lookahead: 0.01, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 2 }
evaluate: { metrics: [accuracy] }
`,
  );
  const gradalign = join(project, 'node_modules/.bin/gradalign');
  run(gradalign, ['engine', 'install'], project);
  run(gradalign, ['engine', 'doctor'], project);
  run(gradalign, ['validate', 'experiment.yaml'], project);
  run(gradalign, ['train', 'experiment.yaml', '--output', 'runs/first'], project);
  const results = JSON.parse(readFileSync(join(project, 'runs/first/results.json'), 'utf8'));
  if (!(results.steps?.extragradient > 0))
    throw new Error(`Cannot trust the package: the run counts ${JSON.stringify(results.steps)} steps, expected some of kind extragradient`);
  run(gradalign, ['list', '--kind', 'optimizer'], project);

  step('the types, as a TypeScript project sees them');
  writeFileSync(
    join(project, 'use.mts'),
    `import { defineOptimizer, type Experiment } from '@gradalign/core';\nimport fasGac from '@gradalign/fas-gac';\nconst name: string = fasGac.name;\nexport const uses = [defineOptimizer, name] as const;\nexport type E = Experiment;\n`,
  );
  run(
    join(root, 'node_modules/.bin/tsc'),
    ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--types', '', 'use.mts'],
    project,
  );
  console.log('pack:check: everything packs, installs, runs and type-checks');
} finally {
  if (keep) console.log(`kept: ${work}`);
  else rmSync(work, { recursive: true, force: true });
}

/** A tarball must hold a licence, a README and what package.json points to, and neither tests nor build records. */
function refuseSuspects(tarball) {
  const names = read('tar', ['-tzf', tarball]).split('\n');
  for (const wanted of ['package/LICENSE', 'package/README.md'])
    if (!names.includes(wanted)) throw new Error(`Cannot publish ${tarball}: it lacks ${wanted}, expected it`);
  const suspect = names.find((name) => /\.test\.|tsbuildinfo|\/test\//.test(name));
  if (suspect) throw new Error(`Cannot publish ${tarball}: it holds ${suspect}, expected sources and dist only`);
}

/** Installed packages that would run something at install time. */
function installScripts(folder) {
  const found = [];
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    if (name.startsWith('@')) found.push(...installScripts(path));
    else if (existsSync(join(path, 'package.json'))) {
      const { name: full, scripts = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      if (['preinstall', 'install', 'postinstall'].some((script) => scripts[script]) || existsSync(join(path, 'binding.gyp'))) found.push(full);
      if (existsSync(join(path, 'node_modules'))) found.push(...installScripts(join(path, 'node_modules')));
    }
  }
  return found;
}
