// The workspace as the checks see it: its packages, their entries, their source files, and one TypeScript program over them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The condition in `exports` under which a package of ours is read from src/. */
export const sourceCondition = '@gradalign/source';

/** The root to check: the value of `--root`, otherwise this repository. */
export function rootFromArguments() {
  const at = process.argv.indexOf('--root');
  return at < 0 ? fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '') : process.argv[at + 1];
}

/** Whether the module is the program that was started. */
export const isMain = (url) => process.argv[1] === fileURLToPath(url);

/**
 * @typedef {{ folder: string, path: string, name: string, manifest: Record<string, any>, entries: Map<string, string> }} WorkspacePackage
 * `entries` maps each published subpath that has a source ('.', './testing') to its file, relative to the root.
 */

/** The packages in packages/, by folder. */
export function readPackages(root) {
  /** @type {WorkspacePackage[]} */
  const packages = [];
  for (const folder of readdirSync(join(root, 'packages')).sort()) {
    const path = `packages/${folder}`;
    if (!existsSync(join(root, path, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const entries = new Map();
    for (const [subpath, target] of Object.entries(manifest.exports ?? {}))
      if (target?.[sourceCondition]) entries.set(subpath, join(path, target[sourceCondition]));
    packages.push({ folder, path, name: manifest.name, manifest, entries });
  }
  return packages;
}

/** Files below `folder` (relative to the root, as the result is), without node_modules, dist and hidden ones. */
export function filesBelow(root, folder, accepts) {
  if (!existsSync(join(root, folder))) return [];
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || ['node_modules', 'dist', 'coverage'].includes(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(root, path, accepts));
    else if (accepts(path)) found.push(path);
  }
  return found.sort();
}

export const isTest = (path) => /\.test\.[cm]?[jt]s$/.test(path) || /\/test\//.test(path);
export const isSource = (path) => /\.[cm]?[jt]s$/.test(path) && !path.endsWith('.d.ts') && !isTest(path);

/** The syntax of one file, without types. */
export const parse = (path, text) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

/** Visits every node below `node`, parents first. */
export function visit(node, callback) {
  callback(node);
  ts.forEachChild(node, (child) => visit(child, callback));
}

export const lineOf = (source, node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

/**
 * A program with the options of tsconfig.base.json, in which packages of ours are read from source. `virtual` are files that exist only in
 * memory, by absolute path. What `previous` has parsed is not parsed again.
 * @param {string} root
 * @param {readonly string[]} files absolute
 * @param {ReadonlyMap<string, string>} [virtual]
 * @param {ts.Program} [previous]
 */
export function createProgram(root, files, virtual = new Map(), previous = undefined) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const settings = {
    ...options,
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(settings, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = virtual.get(path);
    if (text === undefined) return previous?.getSourceFile(path) ?? getSourceFile(path, target, ...rest);
    return ts.createSourceFile(path, text, { ...target, impliedNodeFormat: ts.ModuleKind.ESNext }, true);
  };
  // Declarations of modules without types stand beside the sources that import them.
  const ambient = ts.sys.directoryExists(join(root, 'packages'))
    ? readPackages(root).flatMap(({ path }) => filesBelow(root, `${path}/src`, (file) => file.endsWith('.d.ts')))
    : [];
  return ts.createProgram({ rootNames: [...files, ...ambient.map((file) => join(root, file)), ...virtual.keys()], options: settings, host });
}

/**
 * What an entry exports, with the declaration behind each alias. Names of other people's packages are left out.
 * @returns {{ name: string, symbol: ts.Symbol, declaration: ts.Declaration, file: string, line: number }[]}
 */
export function exportedNames(root, program, entry) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, entry));
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) return [];
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (!declaration || declaration.getSourceFile().fileName.includes('/node_modules/')) return [];
    const file = declaration.getSourceFile();
    return [{ name: exported.name, symbol, declaration, file: relative(root, file.fileName), line: lineOf(file, declaration) }];
  });
}
