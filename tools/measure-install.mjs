// node tools/measure-install.mjs [package...]: what `npm install` of packages brings, packed from this checkout: packages and MB on disk. Default: @gradalign/liveness.
// Built first (npm run build). Peer dependencies are left out: they are listed, and a user chooses them.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['@gradalign/liveness'];
const own = new Map(
  readdirSync(join(root, 'packages')).map((folder) => {
    const about = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
    return [about.name, { ...about, folder: join(root, 'packages', folder) }];
  }),
);
for (const name of wanted)
  if (!own.has(name)) {
    console.error(`Cannot measure ${name}: there is no such package, expected one of ${[...own.keys()].join(', ')}`);
    process.exit(2);
  }

/** The packages of this repository that these need. */
const needed = new Set();
const need = (name) => {
  if (needed.has(name)) return;
  needed.add(name);
  for (const other of Object.keys(own.get(name).dependencies ?? {})) if (own.has(other)) need(other);
};
for (const name of wanted) need(name);

const work = mkdtempSync(join(tmpdir(), 'gradalign-install-'));
try {
  for (const name of needed)
    if (!existsSync(join(own.get(name).folder, 'dist'))) throw new Error(`Cannot measure ${name}: it is not built, expected dist/ (npm run build)`);
  const packed = [...needed].map((name) => [name, packedInto(work, own.get(name).folder)]);
  const project = join(work, 'project');
  mkdirSync(project);
  const dependencies = Object.fromEntries(packed.map(([name, file]) => [name, `file:${file}`]));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, dependencies }));
  const options = ['--omit=dev', '--omit=peer', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', ['install', ...options], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
  const found = packagesIn(join(project, 'node_modules'));
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${wanted.join(' and ')}: ${found.length} packages, ${megabytes(total)}`);
  for (const { name, bytes } of found.sort((a, b) => b.bytes - a.bytes).slice(0, 12)) console.log(`  ${megabytes(bytes).padStart(8)}  ${name}`);
  const peers = [...needed].flatMap((name) => Object.keys(own.get(name).peerDependencies ?? {}));
  if (peers.length > 0) console.log(`not counted, peer dependencies: ${[...new Set(peers)].join(', ')}`);
} finally {
  rmSync(work, { recursive: true });
}

function packedInto(folder, from) {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: from, encoding: 'utf8' }));
  return join(folder, filename);
}

/** Each package of a node_modules folder, with those inside it counted for themselves. */
function packagesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => !entry.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry);
      if (entry.startsWith('@')) return packagesIn(path).map((one) => ({ ...one, name: `${entry}/${one.name}` }));
      return [{ name: entry, bytes: sizeOf(path) }, ...packagesIn(join(path, 'node_modules'))];
    });
}

function sizeOf(path) {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, entry) => (entry === 'node_modules' ? sum : sum + sizeOf(join(path, entry))), 0);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}
