// node tools/check-examples.mjs (and the test beside it): the blocks of TypeScript and JavaScript in docstrings and READMEs compile, as a user's
// file would, and every define* function and every optimizer has one.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { finish } from './problems.mjs';
import { createProgram, exportedNames, filesBelow, isMain, lineOf, readPackages, rootFromArguments } from './workspace.mjs';

/** @typedef {{ file: string, line: number, code: string }} Example `line` is that of the first line of `code` */

/**
 * @param {string} root
 * @returns {{ problems: import('./problems.mjs').Problem[], examples: Example[] }}
 */
export function checkExamples(root) {
  const packages = readPackages(root);
  const entries = packages.flatMap((one) => [...one.entries.values()]);
  const first = createProgram(
    root,
    entries.map((entry) => join(root, entry)),
  );
  const problems = [];
  const examples = new Map();
  for (const entry of entries)
    for (const { name, declaration, file, line } of exportedNames(root, first, entry)) {
      const found = examplesOf(file, declaration);
      for (const example of found) examples.set(`${example.file}:${example.line}`, example);
      if (found.length === 0 && needsExample(name, declaration))
        problems.push({ file, line, is: `${name} has no example`, expected: 'a block of ```ts in its docstring' });
    }
  for (const example of examplesOfPages(root, packages)) examples.set(`${example.file}:${example.line}`, example);

  const all = [...examples.values()];
  const virtual = new Map(all.map((example, at) => [join(root, dirname(example.file), `example-${at}.ts`), example]));
  const program = createProgram(root, [], new Map([...virtual].map(([path, { code }]) => [path, code])), first);
  for (const [path, { file, line }] of virtual) {
    const source = program.getSourceFile(path);
    for (const { start = 0, messageText } of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
      const at = line + source.getLineAndCharacterOfPosition(start).line;
      problems.push({ file, line: at, is: `the example does not compile (${ts.flattenDiagnosticMessageText(messageText, ' ')})`, expected: 'code that does' });
    }
  }
  return { problems, examples: all };
}

/** Whether the name is a define* function, or an optimizer: `export const sam = defineOptimizer({ ... })`. */
function needsExample(name, declaration) {
  if (/^define[A-Z]/.test(name)) return ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration);
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value !== undefined && ts.isCallExpression(value) && value.expression.getText() === 'defineOptimizer';
}

function examplesOf(file, declaration) {
  const source = declaration.getSourceFile();
  const text = source.getFullText();
  const docs = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  return docs.flatMap((doc) => blocksIn(text.slice(doc.pos, doc.end).replace(/^[ \t]*\*(?!\/) ?/gm, ''), file, lineOf(source, doc)));
}

/** Blocks of README and docs pages that import something of ours. */
function examplesOfPages(root, packages) {
  const pages = [
    'README.md',
    ...packages.map(({ path }) => `${path}/README.md`),
    ...filesBelow(root, 'docs', (file) => file.endsWith('.md') && !file.startsWith('docs/api/')),
  ];
  const ours = packages.map(({ name }) => name);
  return pages
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => blocksIn(readFileSync(join(root, file), 'utf8'), file, 1))
    .filter(({ code }) =>
      ts.preProcessFile(code, true, true).importedFiles.some(({ fileName }) => ours.some((name) => fileName === name || fileName.startsWith(`${name}/`))),
    );
}

/** @returns {Example[]} */
function blocksIn(text, file, firstLine) {
  return [...text.matchAll(/^([ \t]*)```(?:[tj]s|typescript|javascript)[^\n]*\n([\s\S]*?)^[ \t]*```/gm)].map((match) => ({
    file,
    line: firstLine + text.slice(0, match.index).split('\n').length,
    code: match[2],
  }));
}

if (isMain(import.meta.url)) finish('check-examples', checkExamples(rootFromArguments()).problems);
