import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Reporter } from '@gradalign/core';
import { type ClipRecord, type Journal, openJournal } from './journal.ts';
import type { ClipPlan } from './plan-clips.ts';
import { preparedPaths, readPreparation } from './preparation-file.ts';

/** A clip that was prepared earlier and is no longer in the raw data. */
export interface WithdrawnClip {
  readonly clip: string;
  readonly crops: number;
}

export interface WithdrawOptions {
  /** Keeps their crops. */
  readonly keep?: boolean;
  readonly reporter?: Reporter;
}

/**
 * Removes what was made of clips that the raw data no longer hold, because somebody withdrew consent, say: crops, the journal's lines, and with them the
 * rows of the manifest. With `keep` they stay, and are marked so that verifying does not report them.
 *
 * @param folder the domain's folder
 */
export function withdraw(
  journal: Journal,
  plan: Pick<ClipPlan, 'clips' | 'contradictory'>,
  folder: string,
  { keep = false }: WithdrawOptions,
): { readonly withdrawn: readonly WithdrawnClip[]; readonly kept: readonly WithdrawnClip[] } {
  const planned = new Set([...plan.clips, ...plan.contradictory].map(({ id }) => id));
  const folders = new Set(plan.clips.map((clip) => clip.folder));
  const gone = [...journal.records()].filter(({ id }) => !planned.has(id));
  const clips = gone.map(({ id, rows }) => ({ clip: id, crops: rows.length }));
  if (keep) {
    for (const record of gone) if (!record.kept) journal.add({ ...record, kept: true });
    return { withdrawn: [], kept: clips };
  }
  // The folder of a renamed clip is that of the new name, which replaces it.
  for (const record of gone) if (!folders.has(record.folder)) removeClip(record, folder);
  if (gone.length > 0) journal.remove(new Set(gone.map(({ id }) => id)));
  return { withdrawn: clips, kept: [] };
}

/**
 * The same for whole domains of a folder of videos: those that were made from the same root, are not among the domains found there now, and of which no
 * raw file is left. By domain.
 */
export function withdrawVanished(
  found: readonly { readonly domain: string; readonly use: string; readonly root?: string }[],
  out: string,
  { keep = false, reporter }: WithdrawOptions,
): Map<string, readonly WithdrawnClip[]> {
  const withdrawn = new Map<string, readonly WithdrawnClip[]>();
  const roots = new Set(found.flatMap(({ use, root }) => (use === 'videos' && root !== undefined ? [resolve(root)] : [])));
  const there = new Set(found.map(({ domain }) => domain));
  for (const [domain, { settings, root }] of Object.entries(readPreparation(out).domains)) {
    if (there.has(domain) || settings.use !== 'videos' || root === undefined || !roots.has(root)) continue;
    using journal = openJournal(preparedPaths(out).journal(domain));
    if ([...journal.records()].some((record) => existsSync(rawPath(record, root)))) continue;
    const { withdrawn: gone, kept } = withdraw(journal, { clips: [], contradictory: [] }, join(out, domain), { keep });
    if (reporter) tellWithdrawn(domain, gone, kept, reporter);
    if (gone.length > 0) withdrawn.set(domain, gone);
  }
  return withdrawn;
}

/** Where the raw file of a clip should be. */
export function rawPath({ raw, id }: Pick<ClipRecord, 'raw' | 'id'>, root: string): string {
  return join(root, raw ?? id);
}

/** One warning for what was removed, and one for what was kept. */
export function tellWithdrawn(domain: string, withdrawn: readonly WithdrawnClip[], kept: readonly WithdrawnClip[], reporter: Reporter): void {
  const said = (clips: readonly WithdrawnClip[]) => {
    const names = clips.slice(0, 3).map(({ clip }) => clip);
    const crops = clips.reduce((sum, one) => sum + one.crops, 0);
    return {
      who: `'${domain}': ${clips.length} ${clips.length === 1 ? 'clip is' : 'clips are'} no longer in the raw data`,
      what: `${crops} ${crops === 1 ? 'crop' : 'crops'} (${names.join(', ')}${clips.length > 3 ? ` and ${clips.length - 3} more` : ''})`,
    };
  };
  if (withdrawn.length > 0) reporter.warn(`${said(withdrawn).who}: withdrawn with ${said(withdrawn).what}; --keep would have kept them`);
  if (kept.length > 0) reporter.warn(`${said(kept).who}: kept with ${said(kept).what}, as --keep asks`);
}

function removeClip({ folder }: ClipRecord, root: string): void {
  const path = join(root, folder);
  rmSync(path, { recursive: true, force: true });
  for (let parent = dirname(path); parent.length > root.length; parent = dirname(parent)) {
    try {
      rmdirSync(parent);
    } catch {
      return; // it holds other clips
    }
  }
}
