import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { leadsOutside } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { splitOf } from '../on-disk/words.ts';
import { isLabel } from './plain-layout.ts';

/** Options of `listDomains`. */
export interface ListDomainsOptions {
  /** Whether folders of live and attack without splits are domains; default: true. */
  readonly withoutSplits?: boolean;
}

/**
 * The domains of a folder in the plain layout: the folder itself where it holds splits (or live and attack without splits), else each folder in it that
 * does. Roots are absolute paths, sorted by name. Links that lead out of the folder are not among them.
 */
export function listDomains(root: string, { withoutSplits = true }: ListDomainsOptions = {}): { readonly domain: string; readonly root: string }[] {
  const path = resolve(root);
  if (holdsSplits(path, withoutSplits)) return [{ domain: basename(path), root: path }];
  return folders(path)
    .filter((name) => splitOf(name) === undefined && !isLabel(name) && !leadsOutside(join(path, name), path) && holdsSplits(join(path, name), withoutSplits))
    .map((domain) => ({ domain, root: join(path, domain) }));
}

function holdsSplits(folder: string, withoutSplits: boolean): boolean {
  return folders(folder).some((name) => splitOf(name) !== undefined || (withoutSplits && isLabel(name)));
}

function folders(path: string): string[] {
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory())
    .sort(byCodePoint);
}
