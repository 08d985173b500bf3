// node --conditions=@gradalign/source --import tsx tools/check-names.mjs
// Shared code does not know items by name: what it needs to know, an item declares. So no name that a plugin of this repository offers stands as
// a string in packages/*/src outside the item's own file, the index, testing/ and tests. tools/item-names.json says what is excepted, and why.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { finish } from './problems.mjs';
import { filesBelow, isMain, isSource, lineOf, parse, readPackages, rootFromArguments, visit } from './workspace.mjs';

/**
 * @typedef {{ name: string, offeredBy: string }} OfferedName
 * @typedef {{
 *   commonWords: string[],
 *   ignoredFiles: { file: string, why: string }[],
 *   allowed: { file: string, name: string, why: string }[],
 * }} NameRules
 * `commonWords` are names that are also plain words ('step'): they count only where code compares with them or writes `use: 'step'`. Every other
 * name counts in any string, as a word of its own, but not in a longer text that is documentation: a description, the help of a command.
 * A `file` that ends in a slash is a folder, the name `*` is every name.
 */

/**
 * @param {string} root
 * @param {readonly OfferedName[]} offered
 * @param {NameRules} rules
 * @returns {import('./problems.mjs').Problem[]}
 */
export function checkNames(root, offered, rules) {
  const byName = new Map(offered.map((one) => [one.name, one]));
  const common = new Set(rules.commonWords);
  const unused = new Set(rules.allowed);
  const problems = [];
  for (const { path } of readPackages(root))
    for (const file of filesBelow(root, `${path}/src`, isSource)) {
      if (file === `${path}/src/index.ts` || file.includes('/testing/') || rules.ignoredFiles.some((one) => covers(one.file, file))) continue;
      const source = parse(file, readFileSync(join(root, file), 'utf8'));
      const own = definedIn(source);
      for (const { name, node } of namesIn(source, byName, common)) {
        if (own.has(name) || file.includes(`/${name}/`)) continue;
        const allowed = rules.allowed.find((one) => covers(one.file, file) && (one.name === '*' || one.name === name));
        if (allowed) unused.delete(allowed);
        else {
          const expected = 'a property that each item declares';
          problems.push({ file, line: lineOf(source, node), is: `knows ${name} of ${byName.get(name).offeredBy} by name`, expected });
        }
      }
    }
  const file = 'tools/item-names.json';
  for (const one of unused) problems.push({ file, is: `the exception of ${one.name} in ${one.file} is not needed`, expected: 'only those that are' });
  for (const name of common) if (!byName.has(name)) problems.push({ file, is: `no plugin offers the common word ${name}`, expected: 'names that are offered' });
  return problems;
}

const covers = (listed, file) => listed === file || (listed.endsWith('/') && file.startsWith(listed));

/** The names of the items that a file defines: `defineLoss({ name: 'supcon', ... })`. */
function definedIn(source) {
  const names = new Set();
  visit(source, (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText(source) !== 'name' || !ts.isStringLiteralLike(node.initializer)) return;
    const call = node.parent.parent;
    if (ts.isCallExpression(call) && /^define[A-Z]/.test(call.expression.getText(source))) names.add(node.initializer.text);
  });
  return names;
}

function* namesIn(source, byName, common) {
  const found = [];
  visit(source, (node) => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddle(node) && !ts.isTemplateTail(node)) return;
    if (isImported(node)) return;
    if (byName.has(node.text) && (isKey(node) || !common.has(node.text) || isCompared(source, node))) found.push({ name: node.text, node });
    else if (!isKey(node) && !isDocumentation(source, node))
      for (const name of byName.keys()) if (!common.has(name) && node.text !== name && hasWord(node.text, name)) found.push({ name, node });
  });
  yield* found;
}

/** A quoted key of an object: { 'image-folder': ... }. */
const isKey = (node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

const helpCalls = ['option', 'requiredOption', 'argument', 'description', 'summary', 'addHelpText', 'usage'];

/** Whether a string is read by people only: `description: '...'`, `.option('--data <use>', '...')`, joined or not. */
function isDocumentation(source, node) {
  let { parent } = node;
  while (ts.isBinaryExpression(parent) || ts.isTemplateExpression(parent) || ts.isTemplateSpan(parent) || ts.isParenthesizedExpression(parent))
    parent = parent.parent;
  if (ts.isPropertyAssignment(parent)) return ['description', 'summary', 'paper'].includes(parent.name.getText(source));
  if (ts.isNewExpression(parent)) return parent.expression.getText(source) === 'Option';
  return ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression) && helpCalls.includes(parent.expression.name.text);
}

const isImported = ({ parent }) =>
  ts.isImportDeclaration(parent) ||
  ts.isExportDeclaration(parent) ||
  ts.isExternalModuleReference(parent) ||
  (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)) ||
  (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);

const comparisons = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
];

/**
 * Whether the string decides something: `use === 'step'`, `case 'step'`, `['step'].includes(use)`, `new Set(['step'])`, `items.get('step')`,
 * `items['step']`, `{ use: 'step' }`. A comparison of something else than a name (`split === 'train'`) is told by the word that it compares with.
 */
function isCompared(source, node) {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && comparisons.includes(parent.operatorToken.kind))
    return asksForName(source, parent.left === node ? parent.right : parent.left);
  if (ts.isCaseClause(parent)) return asksForName(source, parent.parent.parent.expression);
  if (ts.isElementAccessExpression(parent)) return asksForName(source, parent.expression);
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && ['use', 'name'].includes(parent.name.getText(source));
  if (ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression))
    return ['get', 'has', 'includes', 'find'].includes(parent.expression.name.text) && asksForName(source, parent.expression.expression);
  if (!ts.isArrayLiteralExpression(parent)) return false;
  const around = parent.parent;
  if (ts.isPropertyAccessExpression(around) && ts.isCallExpression(around.parent)) return around.parent.arguments.some((one) => asksForName(source, one));
  return ts.isNewExpression(around) && around.expression.getText(source) === 'Set' && asksForName(source, around.parent.name ?? around);
}

/** Whether an expression is about the names of items: `definition.name`, `loss.use`, `optimizerName`, `plugin.items`. */
const asksForName = (source, node) => /\b(use|names?|items?)$|(Name|Item)s?$/.test(node.getText(source));

/** Whether `word` stands in `text` by itself: sam, but neither sample nor sam-2. */
function hasWord(text, word) {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + word.length] ?? ' ')) return true;
  return false;
}

/** What core's own plugin and the packages that extend core (it is their peer) offer. */
export async function readOfferedNames(root) {
  const offered = [];
  const workspace = readPackages(root);
  const { corePlugin } = await import('@gradalign/core');
  const plugins = [corePlugin];
  for (const { name, manifest } of workspace) if (manifest.peerDependencies?.['@gradalign/core']) plugins.push((await import(name)).default);
  for (const plugin of plugins) for (const item of plugin.items) offered.push({ name: item.name, offeredBy: plugin.name });
  return offered;
}

if (isMain(import.meta.url)) {
  const root = rootFromArguments();
  const file = join(root, 'tools/item-names.json');
  const rules = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { commonWords: [], ignoredFiles: [], allowed: [] };
  finish('check-names', checkNames(root, await readOfferedNames(root), rules));
}
