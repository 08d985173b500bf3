// node tools/check-docs.mjs            every exported name of every package's public entries has a docstring
// node tools/check-docs.mjs --members  counts the members of exported interfaces and classes without one, too; they do not fail the check
import { join } from 'node:path';
import ts from 'typescript';
import { finish } from './problems.mjs';
import { createProgram, exportedNames, isMain, readPackages, rootFromArguments } from './workspace.mjs';

/**
 * @param {string} root
 * @returns {{
 *   problems: import('./problems.mjs').Problem[],
 *   packages: { name: string, exported: number, undocumented: number, members: number, undocumentedMembers: number }[],
 * }} a name that several packages or entries export counts once in each package
 */
export function checkDocs(root) {
  const packages = readPackages(root);
  const program = createProgram(
    root,
    packages.flatMap(({ entries }) => [...entries.values()].map((entry) => join(root, entry))),
  );
  const checker = program.getTypeChecker();
  const problems = new Map();
  const counts = packages.map(({ name, entries }) => {
    const names = new Map();
    for (const entry of entries.values()) for (const one of exportedNames(root, program, entry)) names.set(`${one.file} ${one.name}`, one);
    const bare = [...names.values()].filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0);
    for (const { file, line, name: exported } of bare)
      problems.set(`${file}:${line} ${exported}`, { file, line, is: `${name} exports ${exported} without a docstring`, expected: 'one' });
    const members = [...names.values()].flatMap(({ symbol, declaration }) => membersOf(checker, symbol, declaration));
    const bareMembers = members.filter((member) => member.getDocumentationComment(checker).length === 0);
    return { name, exported: names.size, undocumented: bare.length, members: members.length, undocumentedMembers: bareMembers.length };
  });
  return { problems: [...problems.values()], packages: counts };
}

/** The properties and methods that stand in an interface or class itself, without private ones. */
function membersOf(checker, symbol, declaration) {
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return [];
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).filter((member) => {
    const own = member.declarations?.find(({ parent }) => parent === declaration);
    return own && !(own.name && ts.isPrivateIdentifier(own.name)) && (ts.getCombinedModifierFlags(own) & hidden) === 0;
  });
}

if (isMain(import.meta.url)) {
  const { problems, packages } = checkDocs(rootFromArguments());
  if (process.argv.includes('--members') || problems.length > 0)
    for (const { name, exported, undocumented, members, undocumentedMembers } of packages) {
      const ofMembers = process.argv.includes('--members') ? `; ${members} members, ${undocumentedMembers} without` : '';
      console.log(`${name}: ${exported} names exported, ${undocumented} without a docstring${ofMembers}`);
    }
  finish('check-docs', problems);
}
