// node tools/check-english.mjs: American spelling and the words of tools/english.json in sources, README, ARCHITECTURE, CONTRIBUTING and docs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish } from './problems.mjs';
import { filesBelow, isMain, readPackages, rootFromArguments } from './workspace.mjs';

/**
 * @typedef {{ file: string, text: string, why: string }} AllowedWord `text` as it stands in the file; a `file` that ends in a slash is a folder
 * @typedef {{ spellings: [string, string][], phrases: [string, string][], allowed: AllowedWord[] }} WordList pairs of a pattern and what to write
 */

/**
 * @param {string} root
 * @param {WordList} list
 * @returns {import('./problems.mjs').Problem[]}
 */
export function checkEnglish(root, list) {
  const patterns = [
    ...list.spellings.map(([pattern, write]) => ({ pattern: new RegExp(pattern, 'gi'), write, fits: isOneWord })),
    ...list.phrases.map(([pattern, write]) => ({ pattern: new RegExp(pattern, 'g'), write, fits: () => true })),
  ];
  const unused = new Set(list.allowed);
  const problems = [];
  for (const file of filesToRead(root)) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    for (const [at, line] of lines.entries())
      for (const { pattern, write, fits } of patterns)
        for (const match of line.matchAll(pattern)) {
          if (!fits(match[0]) || isColourItself(file, line, match)) continue;
          const allowed = list.allowed.find(
            (one) => (one.file === file || (one.file.endsWith('/') && file.startsWith(one.file))) && around(line, match).includes(one.text),
          );
          if (allowed) unused.delete(allowed);
          else problems.push({ file, line: at + 1, is: `'${wordAt(line, match)}'`, expected: write });
        }
  }
  for (const { file, text } of unused)
    problems.push({ file: 'tools/english.json', is: `the exception of '${text}' in ${file} is not needed`, expected: 'only those that are' });
  return problems;
}

function filesToRead(root) {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'package.json', 'benchmarks/README.md'].filter((file) => existsSync(join(root, file)));
  const docs = filesBelow(root, 'docs', (file) => file.endsWith('.md') && !file.startsWith('docs/api/'));
  const examples = filesBelow(root, 'examples', (file) => /\.(md|ya?ml|[cm]?[jt]s)$/.test(file));
  const packages = readPackages(root).flatMap(({ path }) => [
    ...filesBelow(root, `${path}/src`, (file) => /\.[cm]?[jt]s$/.test(file)),
    ...filesBelow(root, path, (file) => file.endsWith('.md') && !file.endsWith('CHANGELOG.md')),
    `${path}/package.json`,
  ]);
  return [...new Set([...pages, ...docs, ...examples, ...packages])];
}

/** `colour` is the name of an augmentation, which users write in YAML and import: it keeps its name, quoted, in code and in paths; prose has color. */
function isColourItself(file, line, { 0: word, index }) {
  if (word !== 'colour' || /\w/.test(line[index - 1] ?? ' ') || /\w/.test(line[index + 6] ?? ' ')) return false;
  const before = line.slice(0, index);
  if (/['"`/]$|use: $/.test(before) || /^['"`]/.test(line.slice(index + 6))) return true;
  const isComment = /^\s*(\*|\/\/|\/\*)/.test(line) || before.includes(' // ');
  return /\.[cm]?[jt]s$/.test(file) && !isComment && !isInString(before);
}

/** Not `tokenIsEmpty`, which reads like a form of tokenise. */
const isOneWord = (text) => /^.[^A-Z]*$/.test(text) || text === text.toUpperCase();

const isInString = (before) => ["'", '"', '`'].some((quote) => before.split(quote).length % 2 === 0);

const wordAt = (line, match) => {
  const start = line.slice(0, match.index).match(/\w*$/)[0].length;
  const end = line.slice(match.index + match[0].length).match(/^\w*/)[0].length;
  return line.slice(match.index - start, match.index + match[0].length + end);
};

const around = (line, { 0: word, index }) => line.slice(Math.max(0, index - 60), index + word.length + 60);

if (isMain(import.meta.url)) {
  const root = rootFromArguments();
  finish('check-english', checkEnglish(root, JSON.parse(readFileSync(join(root, 'tools/english.json'), 'utf8'))));
}
