import { setMaxListeners } from 'node:events';
import { closeSync, existsSync, readSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  adviceOn,
  cannot,
  describeWriteError,
  lockFolder,
  makeFolders,
  openBounded,
  type Reporter,
  readBounded,
  silentReporter,
  writeAtomically,
} from '@gradalign/core';
import { createWorkerPool, imageDecoders, workerEntry } from '@gradalign/core/images';
import type { FaceFinder } from '@gradalign/pixels';
import type { FaceDataset } from '../faces/face-dataset.ts';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { ffmpegFor } from '../video/ffmpeg-for.ts';
import { type Ffmpeg, findFfmpeg } from '../video/find-ffmpeg.ts';
import { fileName } from './clip-names.ts';
import { type CroppedFace, type CropTask, cropFace } from './crop-task.ts';
import { type ClipRecord, type Journal, openJournal } from './journal.ts';
import { type ManifestRow, manifestText } from './manifest.ts';
import { type ClipPlan, type PlannedClip, planClips } from './plan-clips.ts';
import { domainSettings, enterDomain, preparedPaths, readPreparation } from './preparation-file.ts';
import { type DomainReport, domainReport, type PreparationReport } from './preparation-report.ts';
import { type ClipSettings, prepareClip } from './prepare-clip.ts';
import { tellWithdrawn, withdraw, withdrawVanished } from './withdraw-clips.ts';

/** A raw data set to prepare. */
export interface RawDomain {
  /** Name of its folder in the prepared folder. */
  readonly domain: string;
  readonly dataset: FaceDataset;
  /** The adapter and its options, for the record. */
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Folder of the raw data: nothing may be written inside it. */
  readonly root?: string;
}

/** Options of `prepareDatasets`. */
export interface PrepareOptions extends ClipSettings {
  /** The prepared folder; created where it does not exist. */
  readonly out: string;
  readonly domains: readonly RawDomain[];
  /** Clips at a time, and threads that crop; 0: one clip, in this thread; default 2. The files written do not depend on it. */
  readonly workers?: number;
  /** Required for faces `detector` and `auto`; `name` is recorded. */
  readonly detector?: FaceFinder & { readonly name: string };
  /** Keeps the crops of clips that are no longer in the raw data; default: they are removed. */
  readonly keep?: boolean;
  /** Delete domains that were prepared with other settings. */
  readonly force?: boolean;
  readonly reporter?: Reporter;
  readonly signal?: AbortSignal;
}

/**
 * Crops the faces of raw data sets and writes a manifest: `<out>/<domain>/<split>/{live,attack/<species>}/<video>/<frame>.jpg`. Clips that an earlier run
 * finished are skipped; those it was interrupted in are prepared again; crops of clips that are no longer in the raw data are removed, unless `keep`. The manifest is written at the end, sorted, the same for any number of workers.
 * Broken clips throw nothing; they are reported.
 *
 * @throws UserError where ffmpeg is needed and missing, a domain was prepared with other settings (exit code 2), another process works in the folder,
 * or it cannot be written to; the signal's reason, when aborted: starting again continues
 */
export async function prepareDatasets(asked: PrepareOptions): Promise<PreparationReport> {
  // A whole frame has neither eyes nor a margin.
  const options = asked.faces === 'none' ? { ...asked, convention: { ...asked.convention, align: 'none' as const, margin: 0 } } : asked;
  const { domains, force = false, reporter = silentReporter, detector, faces } = options;
  const out = resolve(options.out);
  const paths = preparedPaths(out);
  const plans = domains.map(({ domain, dataset }) => planClips(dataset, domain));
  for (const domain of domains) checkDomain(domain, out);
  const tool = ffmpegFor(domains.map(({ dataset }) => dataset));
  const usesDetector = faces === 'detector' || faces === 'auto';
  if (usesDetector && !detector) throw new TypeError(`Cannot prepare with faces '${faces}': there is no detector, expected one`);
  try {
    makeFolders(out);
  } catch (cause) {
    throw cannot(`prepare data in ${out}`, describeWriteError(cause), 'a writable folder', { cause });
  }
  using _ = lockFolder(out, 'prepare data');
  const versions = await versionsOf(tool, usesDetector ? detector?.name : undefined);
  for (const { domain, use, options: own, root } of domains) {
    const settings = domainSettings({ use, options: own }, options, usesDetector ? detector?.name : undefined);
    const begun = enterDomain(out, domain, { settings, versions, ...(root === undefined ? {} : { root: resolve(root) }) }, force);
    if (begun) reporter.warn(`'${domain}' was started with ${listed(begun)}; continuing with ${listed(versions)}`);
  }
  const reports: Record<string, DomainReport> = {};
  for (const [i, domain] of domains.entries()) {
    const plan = plans[i] as ClipPlan;
    reports[domain.domain] = await prepareDomain(domain, plan, { ...options, out }, tool);
  }
  for (const [domain, withdrawn] of withdrawVanished(domains, out, options)) reports[domain] = domainReport([], { withdrawn });
  writeIfChanged(paths.manifest, () => manifestText(manifestRows(out)));
  const all = Object.entries({ ...readReport(out).domains, ...reports }).sort(([a], [b]) => byCodePoint(a, b));
  writeIfChanged(paths.report, () => [`${JSON.stringify({ domains: Object.fromEntries(all) }, null, 2)}\n`]);
  return { domains: reports };
}

async function prepareDomain({ domain, dataset, root }: RawDomain, plan: ClipPlan, options: PrepareOptions, tool: Ffmpeg | undefined): Promise<DomainReport> {
  const { out, workers = 2, detector, reporter = silentReporter } = options;
  using journal = openJournal(preparedPaths(out).journal(domain));
  const { withdrawn, kept } = withdraw(journal, plan, join(out, domain), options);
  tellWithdrawn(domain, withdrawn, kept, reporter);
  const open: PlannedClip[] = [];
  for (const clip of plan.clips) if (!isDone(journal.get(clip.id), clip, await bytesOf(clip), out)) open.push(clip);
  // A failure of one lane stops the others.
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  // Every lane listens.
  setMaxListeners(0, signal);
  const pool = workers > 0 ? createWorkerPool<CropTask, CroppedFace>(workerEntry(import.meta.url, 'crop-worker'), undefined, workers) : undefined;
  const context = {
    ...options,
    domain,
    dataset,
    detector,
    signal,
    ffmpeg: () => tool ?? findFfmpeg(),
    crop: (task: CropTask) => (pool ? pool.run(task) : cropFace(task)),
  };
  let [next, done, crops] = [0, plan.clips.length - open.length, 0];
  const lane = async () => {
    while (next < open.length) {
      signal.throwIfAborted();
      const clip = open[next++] as PlannedClip;
      const before = journal.get(clip.id);
      if (before && before.folder !== clip.folder) rmSync(join(out, domain, before.folder), { recursive: true, force: true });
      const record = { ...(await prepareClip(clip, await bytesOf(clip), context)), ...rawOf(clip, root) };
      if (JSON.stringify(record) !== JSON.stringify(before)) journal.add(record);
      crops += record.rows.length;
      reporter.progress({ phase: `preparing ${domain}`, done: ++done, total: plan.clips.length, unit: 'clips', detail: `${crops} crops` });
    }
  };
  try {
    const lanes = Array.from({ length: Math.max(1, workers) }, () =>
      lane().catch((error: unknown) => {
        if (!failed.signal.aborted) failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(lanes);
    options.signal?.throwIfAborted();
    if (failed.signal.aborted) throw failed.signal.reason;
  } finally {
    await pool?.close();
  }
  const { leftOut = [], advice = [] } = dataset.notes ?? {};
  return domainReport(recordsOf(journal, plan), { ...plan, leftOut, advice: [...advice, ...adviceOn(dataset)], withdrawn, kept });
}

/** Whether an earlier run finished this clip and its files still exist. Broken clips are tried again. */
function isDone(record: ClipRecord | undefined, clip: PlannedClip, source: string, out: string): boolean {
  if (!record || record.status === 'broken' || record.source !== source || record.folder !== clip.folder) return false;
  return record.rows.every(([path = '']) => existsSync(join(out, path)));
}

/** Records of the plan's clips, and of those prepared earlier from raw data that no longer exist. */
function* recordsOf(journal: Journal, plan: ClipPlan): Generator<ClipRecord> {
  const planned = new Set(plan.clips.map(({ id }) => id));
  const folders = new Set(plan.clips.map(({ folder }) => folder));
  const contradictory = new Set(plan.contradictory.map(({ id }) => id));
  for (const record of journal.records()) if (planned.has(record.id) || (!contradictory.has(record.id) && !folders.has(record.folder))) yield record;
}

/** The clip's first raw file, as the journal has it. */
function rawOf({ samples: [{ image }] }: PlannedClip, root: string | undefined): Pick<ClipRecord, 'raw'> {
  const path = 'clip' in image ? image.clip : 'path' in image ? image.path : undefined;
  return root === undefined || path === undefined ? {} : { raw: relative(resolve(root), path) };
}

/** By domain, clip and frame; journals of other domains in the folder count too. */
function* manifestRows(out: string): Generator<ManifestRow> {
  for (const domain of Object.keys(readPreparation(out).domains)) {
    using journal = openJournal(preparedPaths(out).journal(domain));
    for (const { rows } of journal.records()) yield* rows.filter(([path = '']) => existsSync(join(out, path)));
  }
}

/** @param content its pieces; called twice where the file has changed */
function writeIfChanged(path: string, content: () => Iterable<string>): void {
  if (!holds(path, content())) writeAtomically(path, content());
}

function holds(path: string, content: Iterable<string>): boolean {
  let file: number;
  try {
    file = openBounded(path).descriptor;
  } catch {
    return false;
  }
  try {
    let at = 0;
    for (const piece of content) {
      const wanted = Buffer.from(piece);
      const there = Buffer.alloc(wanted.length);
      if (readSync(file, there, 0, there.length, at) < wanted.length || !there.equals(wanted)) return false;
      at += wanted.length;
    }
    return readSync(file, Buffer.alloc(1), 0, 1, at) === 0;
  } finally {
    closeSync(file);
  }
}

function readReport(out: string): PreparationReport {
  try {
    return JSON.parse(readBounded(preparedPaths(out).report, 2 ** 28).toString()) as PreparationReport;
  } catch {
    return { domains: {} };
  }
}

function checkDomain({ domain, root }: RawDomain, out: string): void {
  if (domain === '' || fileName(domain) !== domain)
    throw cannot(`prepare '${domain}'`, `'${domain}' cannot be the name of a folder`, `a name such as '${fileName(domain)}' (--domain)`, { exitCode: 2 });
  if (root === undefined) return;
  const way = relative(resolve(root), out);
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
    throw cannot(`prepare '${domain}' in ${out}`, `it lies inside the raw data, ${resolve(root)}`, 'a folder outside it', { exitCode: 2 });
}

/** Size of a clip's files: a different one means that the clip has changed. */
async function bytesOf({ samples }: PlannedClip): Promise<string> {
  let bytes = 0;
  for (const { image } of samples) {
    const path = 'clip' in image ? image.clip : 'path' in image ? image.path : undefined;
    if (path !== undefined) bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
  }
  return samples.length === 1 ? `${bytes} bytes` : `${bytes} bytes in ${samples.length} files`;
}

async function versionsOf(ffmpeg: Ffmpeg | undefined, detector: string | undefined): Promise<Record<string, string>> {
  const { sharp, jpeg } = await imageDecoders();
  return { ...(ffmpeg && { ffmpeg: ffmpeg.version }), ...(detector !== undefined && { detector }), sharp, ...(jpeg === 'sharp' ? {} : { jpeg }) };
}

function listed(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
