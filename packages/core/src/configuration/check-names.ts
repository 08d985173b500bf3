import type { Problem } from '../contracts/errors.ts';
import { heldOutName } from '../contracts/held-out-name.ts';
import { fileNameKey, safeNameExpected, unsafeName } from '../files/unsafe-name.ts';
import { type ConfigNode, nodeAt, type Place, problemAt } from './config-node.ts';

/** The names of domains become score files, that of the experiment its folder: problems at their places where they cannot. */
export function checkNames(root: ConfigNode): Problem[] {
  const problems: Problem[] = [];
  const name = nodeAt(root, ['name']).node;
  const refused = name.kind === 'scalar' && typeof name.value === 'string' ? unsafeName(name.value) : undefined;
  if (refused !== undefined)
    problems.push(problemAt(name.at, ['name'], `${shown(name)} cannot name the folder of a run: ${refused}, expected ${safeNameExpected}`));
  const seen = new Map<string, { readonly name: string; readonly at: Place }>();
  for (const side of ['source', 'target']) {
    const domains = nodeAt(root, ['data', side]).node;
    if (domains.kind !== 'map' || domains === nodeAt(root, ['data']).node) continue;
    for (const [domain, { at }] of domains.entries) {
      const reason = unsafeDomain(domain, side === 'target');
      if (reason !== undefined) problems.push(problemAt(at, ['data', side, domain], reason));
      const other = seen.get(fileNameKey(domain));
      if (other && other.name !== domain)
        problems.push(
          problemAt(at, ['data', side, domain], `'${domain}' and '${other.name}' are one file on some systems, expected names that differ in more than case`),
        );
      seen.set(fileNameKey(domain), { name: domain, at });
    }
  }
  return problems;
}

/** Why a domain cannot have this name, as a sentence; undefined where it can. */
export function unsafeDomain(domain: string, isTarget: boolean): string | undefined {
  const reason = unsafeName(domain);
  if (reason !== undefined) return `${JSON.stringify(domain)} cannot name a domain, whose scores are a file: ${reason}, expected ${safeNameExpected}`;
  return isTarget && fileNameKey(domain) === heldOutName
    ? `a target cannot be called '${domain}': ${heldOutName}.csv holds the scores of the held-out share, expected another name`
    : undefined;
}

function shown(node: ConfigNode): string {
  return node.kind === 'scalar' ? JSON.stringify(node.value) : '';
}
