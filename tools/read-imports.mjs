// The imports of a file as they stand in its source: type imports too, since who reads `import type` has to know that file as well.
import ts from 'typescript';
import { lineOf, parse, visit } from './workspace.mjs';

/**
 * import and export from, import(), import('x').T in a type, require(), new URL('./x.ts', import.meta.url), createRequire(...)('x') and
 * .resolve('x'), and f(import.meta.url, 'name'), by which a worker beside its file is found. Only literals: what is computed is not seen.
 * @param {string} path
 * @param {string} text
 * @returns {{ specifier: string, line: number }[]}
 */
export function readImports(path, text) {
  const source = parse(path, text);
  const imports = [];
  const required = new Set(['require']);
  const add = (node, specifier) => imports.push({ specifier, line: lineOf(source, node) });
  visit(source, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) add(node.moduleSpecifier, node.moduleSpecifier.text);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal.text);
    else if (ts.isVariableDeclaration(node) && node.initializer && isCallOf(node.initializer, 'createRequire')) required.add(node.name.getText(source));
    else if (ts.isNewExpression(node) && node.expression.getText(source) === 'URL') addUrl(node);
    else if (ts.isCallExpression(node)) addCall(node);
  });
  return imports;

  function addUrl({ arguments: given = [] }) {
    if (given[0] && ts.isStringLiteralLike(given[0]) && given[1]?.getText(source) === 'import.meta.url') add(given[0], given[0].text);
  }

  function addCall(node) {
    const [first, second] = node.arguments;
    if (first?.getText(source) === 'import.meta.url' && second && ts.isStringLiteralLike(second)) add(second, `./${second.text}.ts`);
    if (!first || !ts.isStringLiteralLike(first)) return;
    const callee = ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'resolve' ? node.expression.expression : node.expression;
    const loads =
      node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(callee) && required.has(callee.text)) ||
      isCallOf(callee, 'createRequire') ||
      callee.getText(source) === 'import.meta';
    if (loads) add(first, first.text);
  }

  function isCallOf(node, name) {
    return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;
  }
}
