import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { cannot, leadsOutside } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import type { Links } from '../on-disk/folder-tree.ts';
import { labelOf, splitOf } from '../on-disk/words.ts';
import { isLabel } from './plain-layout.ts';

/**
 * The folder with the split folders (or with live and attack, where there are no splits): the folder in `root` that `wanted` names; else the one named
 * like the domain, or `root` itself. Refuses to guess between several.
 */
export async function findDomainFolder(root: string, domain: string, wanted: string | undefined, links: Links = 'inside'): Promise<string> {
  const refuse = (is: string, expected: string) => cannot(`read data set '${domain}'`, is, expected);
  if (wanted !== undefined && (isAbsolute(wanted) || wanted.split(/[\\/]/).includes('..'))) {
    throw refuse(`its option domain is '${wanted}'`, `the name of a folder inside ${root}`);
  }
  if (!(await isFolder(root))) throw refuse(`there is no folder ${root}`, 'the folder of the domain, or one that holds it, as option root');
  const inside = (folder: string) => {
    if (links === 'inside' && leadsOutside(folder, root))
      throw refuse(`${folder} is a link that leads outside ${root}`, 'the folder it leads to as option root, or option links: follow');
    return folder;
  };
  const own = wanted === undefined ? await folderOfDomain(root, domain) : undefined;
  if (own !== undefined) return inside(join(root, own));
  if (wanted === undefined && (await holdsSplits(root))) return root;
  if (wanted !== undefined && (await holdsSplits(join(root, wanted)))) return inside(join(root, wanted));
  const domains: string[] = [];
  for (const name of await foldersIn(root)) {
    if (splitOf(name) === undefined && !isLabel(name) && (await holdsSplits(join(root, name)))) domains.push(name);
  }
  const found = named(domains, wanted ?? domain);
  if (found !== undefined) return inside(join(root, found));
  if (domains.length === 0 && (await holdsSplits(root))) throw refuse(`${root} is the folder of one domain and holds no '${wanted}'`, 'no option domain');
  if (domains.length === 0) {
    const there = await readdir(root).catch((cause: Error) => {
      throw refuse(cause.message, 'a folder that can be read');
    });
    throw refuse(
      `${root} holds ${there.length === 0 ? 'nothing' : listed(there.sort(byCodePoint))}`,
      'folders train, dev or test with live and attack in them, or folders of domains that hold those',
    );
  }
  const expected = wanted === undefined ? `one of them as option domain (or one named '${domain}')` : 'one of them as option domain';
  throw refuse(`${wanted === undefined ? '' : `there is no domain '${wanted}': `}${root} holds the domains ${listed(domains)}`, expected);
}

/** The folder in `root` named like the domain, where it is a domain by its own contents: `replay` beside `oulu` and `msu` is a data set, beside `live` a kind of attack. */
async function folderOfDomain(root: string, domain: string): Promise<string | undefined> {
  const name = named(await foldersIn(root), domain);
  if (name === undefined || splitOf(name) !== undefined) return undefined;
  const parts = await foldersIn(join(root, name));
  const isWhole =
    parts.some((part) => splitOf(part) !== undefined) ||
    (parts.some((part) => labelOf(part) === 1) && parts.some((part) => labelOf(part) !== 1 && isLabel(part)));
  return isWhole ? name : undefined;
}

/** By exact name, else the only one that differs only in case. */
function named(names: readonly string[], name: string): string | undefined {
  const wanted = name.normalize('NFC');
  const exact = names.find((one) => one.normalize('NFC') === wanted);
  const alike = names.filter((one) => one.normalize('NFC').toLowerCase() === wanted.toLowerCase());
  return exact ?? (alike.length === 1 ? alike[0] : undefined);
}

async function holdsSplits(folder: string): Promise<boolean> {
  return (await foldersIn(folder)).some((name) => splitOf(name) !== undefined || isLabel(name));
}

/** Names of the folders in a folder, links to folders too; none where it cannot be read. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, entry.name))))) names.push(entry.name);
  }
  return names.sort(byCodePoint);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}
