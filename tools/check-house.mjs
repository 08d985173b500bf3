// node tools/check-house.mjs            the order of packages and folders, as tools/house.json has it, against the imports in the source
// node tools/check-house.mjs --table    each layer with its files, lines and the imports that leave it
// node tools/check-house.mjs --markdown the order as ARCHITECTURE.md shows it between <!-- house --> and <!-- /house -->
// node tools/check-house.mjs --write    puts it there
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCircles } from './find-circles.mjs';
import { finish, lineAt } from './problems.mjs';
import { readImports } from './read-imports.mjs';
import { filesBelow, isMain, isSource, readPackages, rootFromArguments } from './workspace.mjs';

/**
 * @typedef {{ from: string, to: string, why: string }} Exception an import between two files that is allowed all the same
 * @typedef {{
 *   folder: string, holds: string, uses: string[] | '*',
 *   layers?: Record<string, string>[], sideways?: string[],
 * }} HousePackage
 * `layers` run from top to bottom; each maps the folders ('data/') and files of src on it to what they hold. The longest path decides;
 * '*.ts' stands for the files directly in src that are not listed by name.
 * `sideways` lists the imports between folders of one layer that are allowed, as 'callbacks/ -> metrics/'.
 * @typedef {{ packages: HousePackage[], exceptions?: Exception[] }} House packages from top to bottom
 */

/**
 * The packages of the house with their files, and every import between two files or packages of the workspace.
 * @param {string} root
 * @param {House} house
 */
export function readHouse(root, house) {
  const workspace = readPackages(root);
  const byName = new Map(workspace.map((one) => [one.name, one]));
  const files = new Map();
  const imports = [];
  for (const entry of house.packages) {
    const inSource = entry.layers ? `${entry.folder}/src` : entry.folder;
    for (const file of filesBelow(root, inSource, isSource)) files.set(file, { entry, text: readFileSync(join(root, file), 'utf8') });
  }
  for (const [file, { text }] of files)
    for (const { specifier, line } of readImports(file, text)) {
      if (specifier.startsWith('.')) {
        const to = resolveRelative(root, file, specifier);
        if (to) imports.push({ from: file, line, to });
        continue;
      }
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      const target = byName.get(name);
      if (target) imports.push({ from: file, line, specifier, target, subpath: `.${specifier.slice(name.length)}` });
    }
  return { workspace, files, imports };
}

/** @returns {import('./problems.mjs').Problem[]} */
export function checkHouse(root, house) {
  const { workspace, files, imports } = readHouse(root, house);
  const problems = [...checkOrderItself(root, house, workspace, files)];
  const unused = new Set(house.exceptions ?? []);
  const excepted = ({ from, to, specifier }) => {
    const exception = house.exceptions?.find((one) => one.from === from && one.to === (to ?? specifier));
    unused.delete(exception);
    return exception !== undefined;
  };
  for (const one of imports) {
    const problem = one.target ? checkPackageImport(files, one) : checkFileImport(house, files, one);
    if (problem && !excepted(one)) problems.push({ file: one.from, line: one.line, ...problem });
  }
  for (const { from, to } of unused)
    problems.push({ file: 'tools/house.json', is: `the exception from ${from} to ${to} is not needed`, expected: 'only those that are' });
  const inside = imports.filter(({ from, to }) => to && files.has(to) && files.get(to).entry === files.get(from).entry);
  for (const circle of findCircles(inside))
    problems.push({
      file: circle[0].from,
      line: circle[0].line,
      is: `circle of imports ${[...circle.map(({ from }) => short(from)), short(circle[0].from)].join(' -> ')}`,
      expected: 'no way back to the first',
    });
  return problems;
}

function* checkOrderItself(root, house, workspace, files) {
  const file = 'tools/house.json';
  const pathOf = new Map(workspace.map(({ name, path }) => [name, path]));
  for (const { path, manifest } of workspace) {
    const entry = house.packages.find(({ folder }) => folder === path);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      const denied = entry && pathOf.has(name) && checkUse(entry, pathOf.get(name), 'depends on');
      if (denied) yield { file: `${path}/package.json`, ...denied };
    }
  }
  for (const { path } of workspace)
    if (!house.packages.some(({ folder }) => folder === path)) yield { file, is: `${path} has no place in the order`, expected: 'every package to have one' };
  for (const [at, { folder, uses, layers = [] }] of house.packages.entries()) {
    if (!existsSync(join(root, folder))) yield { file, is: `${folder} does not exist`, expected: 'packages that do' };
    if (uses !== '*')
      for (const used of uses)
        if (!house.packages.slice(at + 1).some((other) => other.folder === used))
          yield { file, is: `${folder} uses ${used}, which does not stand below it`, expected: 'packages further down the list' };
    for (const path of layers.flatMap(Object.keys))
      if (path !== '*.ts' && !existsSync(join(root, folder, 'src', path)))
        yield { file, is: `${folder}/src/${path} does not exist`, expected: 'folders and files that do' };
  }
  const unknown = new Set();
  for (const [path, { entry }] of files) if (entry.layers && !layerOf(entry, path)) unknown.add(path.split('/', 4).join('/'));
  for (const path of unknown) yield { file: path, is: 'stands in no layer of tools/house.json', expected: 'a folder or file that is listed there' };
}

function checkPackageImport(files, { from, specifier, target, subpath }) {
  const { entry } = files.get(from);
  if (entry.folder === target.path) return { is: `imports its own package by the name ${specifier}`, expected: 'a relative path' };
  const denied = checkUse(entry, target.path);
  if (denied) return denied;
  const published = Object.keys(target.manifest.exports ?? {});
  const isPublished = published.some((key) =>
    key.includes('*') ? subpath.startsWith(key.split('*')[0]) && subpath.endsWith(key.split('*')[1]) : key === subpath,
  );
  if (!isPublished) return { is: `imports ${specifier}, which ${target.name} does not publish`, expected: `one of ${published.join(', ')}` };
}

function checkFileImport(house, files, { from, to }) {
  const { entry } = files.get(from);
  const owner = house.packages.find(({ folder }) => to.startsWith(`${folder}/`));
  if (!owner) return;
  if (owner !== entry) {
    if (!owner.layers && !owner.folder.startsWith('packages/')) return checkUse(entry, owner.folder);
    return { is: `imports the file ${to} of another package`, expected: 'its published exports, by name' };
  }
  if (!entry.layers) return;
  const above = layerOf(entry, from);
  const below = layerOf(entry, to);
  if (!above || !below || above.path === below.path) return;
  if (below.index < above.index)
    return { is: `${above.path} imports ${short(to)}, and ${below.path} stands above it`, expected: 'imports only from what stands below' };
  if (below.index === above.index && !entry.sideways?.includes(`${above.path} -> ${below.path}`))
    return { is: `${above.path} imports ${short(to)}, and ${below.path} stands beside it`, expected: 'no import between folders of one layer' };
}

function checkUse({ folder, uses }, target, verb = 'imports') {
  if (uses === '*' || uses.includes(target)) return;
  return { is: `${folder} ${verb} ${target}`, expected: uses.length > 0 ? `only ${uses.join(', ')}` : 'no package of this workspace' };
}

/** The place of a file in its package: the longest path of a layer that it is, or lies in. */
function layerOf(entry, file) {
  const inside = file.slice(`${entry.folder}/src/`.length);
  const places = (entry.layers ?? []).flatMap((layer, index) => Object.keys(layer).map((path) => ({ index, path })));
  const lies = places.filter(({ path }) => path === inside || (path.endsWith('/') && inside.startsWith(path)));
  if (lies.length > 0) return lies.reduce((best, one) => (one.path.length > best.path.length ? one : best));
  return inside.includes('/') ? undefined : places.find(({ path }) => path === '*.ts');
}

/** The source file behind a relative import, or nothing if it is no source: JSON, WebAssembly, a test's. */
function resolveRelative(root, from, specifier) {
  const path = join(dirname(from), specifier.split('?')[0]);
  const candidates = [path, path.replace(/\.([cm]?)js$/, '.$1ts')];
  return candidates.find((candidate) => isSource(candidate) && existsSync(join(root, candidate)));
}

const short = (file) => file.replace(/^packages\/([^/]+)\/src\//, '');

/** What --table prints. */
export function renderTable(root, house) {
  const { files, imports } = readHouse(root, house);
  const lines = [];
  for (const entry of house.packages) {
    const own = [...files].filter(([, file]) => file.entry === entry);
    const leaving = imports.filter(({ from }) => files.get(from).entry === entry);
    lines.push(`${entry.folder}: ${count(own)}, ${leaving.length} imports, ${leaving.filter(({ target }) => target).length} of them from other packages`);
    for (const path of (entry.layers ?? []).flatMap((layer, at) => Object.keys(layer).map((key) => ({ key, at })))) {
      const here = own.filter(([file]) => layerOf(entry, file)?.path === path.key);
      const down = leaving.filter(({ from, to }) => to && layerOf(entry, from)?.path === path.key && layerOf(entry, to)?.path !== path.key);
      lines.push(`  ${String(path.at + 1).padStart(2)} ${path.key.padEnd(28)}${count(here).padEnd(26)}${down.length} imports from other folders`);
    }
  }
  return lines.join('\n');
}

const count = (files) => `${files.length} files, ${files.reduce((sum, [, { text }]) => sum + text.split('\n').length - 1, 0)} lines`;

/** What --markdown prints. */
export function renderMarkdown(root, house) {
  const names = new Map(readPackages(root).map(({ path, name }) => [path, name]));
  const title = (folder) =>
    names.get(folder)?.startsWith('@') ? `\`${names.get(folder)}\`` : names.has(folder) ? `\`${names.get(folder)}\` (${folder})` : `${folder}/`;
  const rows = house.packages.map(({ folder, holds, uses }) => {
    const used = uses === '*' ? 'everything below' : uses.map((one) => one.replace('packages/', '')).join(', ');
    return `| ${title(folder)} | ${holds} | ${used} |`;
  });
  const layered = house.packages.filter(({ layers = [] }) => layers.length > 3);
  const blocks = layered.flatMap(({ folder, layers, sideways = [] }) => {
    const width = Math.max(...layers.flatMap(Object.keys).map((path) => path.length)) + 2;
    const lines = layers.flatMap((layer) => {
      const entries = Object.entries(layer);
      return entries.map(([path, holds], at) => `${at > 0 ? '= ' : '  '}${path.padEnd(width)}${holds}`.trimEnd());
    });
    return [`\`${folder}/src\`:`, '```', ...lines, ...sideways.map((one) => `  allowed beside: ${one}`), '```'];
  });
  return [
    '| package | holds | may use |',
    '|---|---|---|',
    ...rows,
    '',
    'Inside a package a folder imports only from folders further down; `=` marks one on the same layer as the line before it, and they do not import each other.',
    '',
    ...blocks,
  ].join('\n');
}

const opening = '<!-- house -->';
const closing = '<!-- /house -->';

/** @returns {import('./problems.mjs').Problem[]} */
export function checkPage(root, house) {
  const file = 'ARCHITECTURE.md';
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  const [start, end] = [text.indexOf(opening), text.indexOf(closing)];
  if (start < 0 || end < start)
    return [{ file, is: 'does not show the order', expected: `the output of tools/check-house.mjs --write between ${opening} and ${closing}` }];
  if (text.slice(start + opening.length, end).trim() === renderMarkdown(root, house).trim()) return [];
  return [{ file, line: lineAt(text, start), is: 'shows another order than tools/house.json', expected: 'what tools/check-house.mjs --write puts there' }];
}

function writePage(root, house) {
  const path = join(root, 'ARCHITECTURE.md');
  const text = readFileSync(path, 'utf8');
  const [start, end] = [text.indexOf(opening), text.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`Cannot write ARCHITECTURE.md: it has no ${opening} followed by ${closing}, expected them around the order`);
  writeFileSync(path, `${text.slice(0, start + opening.length)}\n${renderMarkdown(root, house)}\n${text.slice(end)}`);
}

if (isMain(import.meta.url)) {
  const root = rootFromArguments();
  const house = JSON.parse(readFileSync(join(root, 'tools/house.json'), 'utf8'));
  if (process.argv.includes('--table')) console.log(renderTable(root, house));
  else if (process.argv.includes('--markdown')) console.log(renderMarkdown(root, house));
  else if (process.argv.includes('--write')) writePage(root, house);
  else finish('check-house', [...checkHouse(root, house), ...checkPage(root, house)]);
}
