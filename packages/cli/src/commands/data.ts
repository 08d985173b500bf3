import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Catalogue, Dataset } from '@gradalign/core';
import type { Command } from 'commander';
import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { firstParty } from '../first-party.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';
import { setOptions } from '../set-options.ts';
import type { Terminal } from '../terminal.ts';
import { addPrepareCommands } from './prepare.ts';

interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface SynthesizeOptions extends OutputOptions {
  readonly out: string;
  readonly seed: string;
  readonly size?: string;
  readonly workers: string;
  readonly from?: string;
  readonly kind?: string;
  readonly copies?: string;
  readonly set: readonly string[];
}

interface InspectOptions extends OutputOptions {
  readonly use?: string;
  readonly root?: string;
  readonly set: readonly string[];
  readonly sheet?: string;
  readonly sheetColumns: string;
  readonly check: boolean;
}

export function addDataCommands({ program, run }: CommandContext): void {
  const data = program
    .command('data')
    .description('make and look at data')
    .addHelpText('after', '\nExample: gradalign data inspect experiment.yaml --sheet sheet.png');
  addSynthesize(data, run);
  addInspect(data, run);
  addPrepareCommands(data, run);
}

function addSynthesize(data: Command, run: CommandContext['run']): void {
  withOutputOptions(data.command('synthesize'))
    .description(
      'make attacks of live faces of your own (--from), or render the recapture benchmark: four domains of faces, live, printed and replayed; as JPEG in the plain layout; nothing to do where it is there',
    )
    .requiredOption('-o, --out <folder>', 'where to write it')
    .option('--seed <n>', 'same seed, same files', '0')
    .option('--workers <n>', 'threads; the files do not depend on it', String(availableParallelism()))
    .option('--size <name>', 'of the benchmark: small or default')
    .option('--from <folder>', 'live faces: the plain layout, or images without labels; live copies go through the same camera as the attacks')
    .option('--kind <kind>', 'with --from: print, replay or both (default: both)')
    .option('--copies <n>', 'with --from: attacks of each kind for a video or picture (default: 1)')
    .option(
      '--set <name=value>',
      'with --from: a range of the chain (gradalign list recapture), side, bytesPerPixel, split, subject or domain; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .addHelpText(
      'after',
      '\nExamples:\n  gradalign data synthesize --out data/recapture\n  gradalign data synthesize --from faces --out data/attacks --kind print --copies 2 --set period=[2,4] --set press=[offset,laser]',
    )
    .action((options: SynthesizeOptions) =>
      run(async (terminal) => {
        const { benchmarkSizes, synthesizeBenchmark } = await import('@gradalign/datasets');
        const { UserError } = await import('@gradalign/core');
        const refuse = (is: string, expected: string) => new UserError(`Cannot synthesize: ${is}, expected ${expected}`, { exitCode: 2 });
        const number = (name: string, text: string): number => {
          if (!/^\d+$/.test(text)) throw refuse(`--${name} is '${text}'`, 'a whole number');
          return Number(text);
        };
        if (options.from !== undefined) return synthesizeFrom(options.from, options, number, refuse, terminal);
        const alone = (['kind', 'copies'] as const).find((name) => options[name] !== undefined) ?? (options.set.length > 0 ? 'set' : undefined);
        if (alone !== undefined) throw refuse(`--${alone} goes with --from`, '--from <folder of live faces> too');
        const size = options.size ?? 'default';
        if (!(size in benchmarkSizes)) throw refuse(`--size is '${size}'`, Object.keys(benchmarkSizes).join(' or '));
        using interrupt = interruptible(terminal, 'stopping; nothing half-made is left');
        const report = await synthesizeBenchmark({
          root: options.out,
          seed: number('seed', options.seed),
          size: size as keyof typeof benchmarkSizes,
          workers: number('workers', options.workers),
          onProgress: (done, total) => terminal.progress({ phase: 'rendering faces', done, total, unit: 'clips' }),
          signal: interrupt.signal,
        });
        terminal.print(
          report.done === 'nothing' ? `${report.images} images are there already: ${report.root}` : `${report.images} images written to ${report.root}`,
        );
        terminal.printJson(report);
        return 0;
      }, options),
    );
}

async function synthesizeFrom(
  from: string,
  options: SynthesizeOptions,
  number: (name: string, text: string) => number,
  refuse: (is: string, expected: string) => Error,
  terminal: Terminal,
): Promise<number> {
  const { synthesizeAttacks } = await import('@gradalign/datasets');
  if (options.size !== undefined) throw refuse('--size is of the benchmark', '--from without it');
  const kinds = { print: ['print'], replay: ['replay'], both: ['print', 'replay'] } as const;
  const kind = options.kind ?? 'both';
  if (!Object.hasOwn(kinds, kind)) throw refuse(`--kind is '${kind}'`, Object.keys(kinds).join(' or '));
  const copies = number('copies', options.copies ?? '1');
  if (copies < 1) throw refuse('--copies is 0', 'at least 1');
  using interrupt = interruptible(terminal, 'stopping; nothing half-made is left');
  const report = await synthesizeAttacks({
    from,
    root: options.out,
    seed: number('seed', options.seed),
    kinds: kinds[kind as keyof typeof kinds],
    copies,
    set: await setOptions(options.set),
    workers: number('workers', options.workers),
    onProgress: (done, total) => terminal.progress({ phase: 'photographing faces', done, total, unit: 'clips' }),
    signal: interrupt.signal,
  });
  for (const { path, reason } of report.broken) terminal.warn(`left out ${path}: ${reason}`);
  const counts = Object.entries(report.images)
    .map(([name, n]) => `${n} ${name}`)
    .join(', ');
  terminal.print(report.done === 'nothing' ? `${counts} are there already: ${report.root}` : `${counts} written to ${report.root}`);
  terminal.printJson(report);
  return 0;
}

function addInspect(data: Command, run: CommandContext['run']): void {
  withOutputOptions(data.command('inspect'))
    .description('count what is there by domain, split, label and species, beside what the complete data set holds; list what is wrong; draw a contact sheet')
    .argument('[experiment or folder]', 'an experiment, or a folder in the plain layout')
    .option('--use <adapter>', 'a data set by name, with --root')
    .option('--root <folder>', 'its root')
    .option(
      '--set <path=value>',
      'further options of the adapter, or changes to the experiment; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .option('--sheet <file.png>', 'draw a contact sheet: rows by class and attack species; of raw videos also by split, a frame a clip (needs ffmpeg)')
    .option('--sheet-columns <n>', 'clips of each row that are shown', '8')
    .option('--no-check', 'count only: do not open images and videos')
    .addHelpText(
      'after',
      '\nExamples:\n  gradalign data inspect data/recapture --sheet sheet.png\n  gradalign data inspect experiment.yaml\n  gradalign data inspect --use image-folder --root data/recapture/webcam --json\n  gradalign data inspect --use oulu-npu --root /data/OULU --set protocol=1 --sheet oulu.png --sheet-columns 12',
    )
    .action((what: string | undefined, options: InspectOptions) =>
      run(async (terminal) => {
        const { UserError, writeAtomically } = await import('@gradalign/core');
        const { contactSheet, ffmpegFor, inspectDatasets, renderInspection } = await import('@gradalign/datasets');
        const columns = Number(options.sheetColumns);
        if (!Number.isInteger(columns) || columns < 1 || columns > 100)
          throw new UserError(`Cannot inspect: --sheet-columns is '${options.sheetColumns}', expected a whole number from 1 to 100`, { exitCode: 2 });
        const { entries, catalogue } = await find(what, options, terminal);
        // Said before long checks.
        if (options.sheet !== undefined) ffmpegFor(entries.map(({ dataset }) => dataset));
        using interrupt = interruptible(terminal, 'stopping');
        const inspection = await inspectDatasets(entries, {
          checkImages: options.check,
          onProgress: (done, total) => terminal.progress({ phase: 'checking files', done, total, unit: 'files' }),
          signal: interrupt.signal,
        });
        terminal.print(renderInspection(inspection));
        const [only] = Object.values(inspection.domains);
        terminal.printJson(options.use !== undefined && only ? only : inspection);
        if (options.sheet !== undefined) {
          const sheet = await contactSheet(entries, {
            columns,
            pluginFiles: catalogue.pluginFiles,
            onProgress: (done, total) => terminal.progress({ phase: 'drawing the sheet', done, total, unit: 'pictures' }),
            signal: interrupt.signal,
          });
          writeAtomically(options.sheet, sheet);
          terminal.notice(`contact sheet: ${options.sheet}`);
        }
        return 0;
      }, options),
    );
}

interface Found {
  readonly entries: readonly { readonly domain: string; readonly dataset: Dataset }[];
  readonly catalogue: Catalogue;
}

async function find(what: string | undefined, { use, root, set }: InspectOptions, terminal: Terminal): Promise<Found> {
  const { completeOptions, createDataset, createSeed, loadCatalogue, loadExperiment, UserError } = await import('@gradalign/core');
  const { listDomains } = await import('@gradalign/datasets');
  const seed = createSeed(0);
  if (use !== undefined) {
    const catalogue = await loadCatalogue(firstParty, { resolveFrom: [bundledPlugins] });
    const named = { ...completeOptions(catalogue.find('dataset', use), { ...(root === undefined ? {} : { root }), ...(await setOptions(set)) }), use };
    return { catalogue, entries: [{ domain: use, dataset: await createDataset(use, named, catalogue, seed) }] };
  }
  if (what === undefined)
    throw new UserError('Cannot inspect: nothing is named, expected an experiment, a folder, or --use <adapter> --root <folder>', { exitCode: 2 });
  if (!existsSync(what)) throw new UserError(`Cannot inspect ${what}: it is not there, expected an experiment or a folder`, { exitCode: 2 });
  if (statSync(what).isDirectory()) {
    const catalogue = await loadCatalogue(firstParty, { resolveFrom: [bundledPlugins] });
    const domains = listDomains(what);
    // A folder without domains gets the adapter's own message.
    const found = domains.length > 0 ? domains : [{ domain: what, root: what }];
    const open = async ({ domain, root }: (typeof found)[number]) => ({
      domain,
      dataset: await createDataset(domain, { use: 'image-folder', root }, catalogue, seed),
    });
    return { catalogue, entries: await Promise.all(found.map(open)) };
  }
  const { experiment, catalogue, warnings } = await loadExperiment(what, { set, env: process.env, resolveFrom: [bundledPlugins] });
  for (const warning of warnings) terminal.warn(warning);
  const all = Object.entries({ ...experiment.data.source, ...experiment.data.target });
  const open = async ([domain, named]: (typeof all)[number]) => ({
    domain,
    dataset: await createDataset(domain, named, catalogue, createSeed(experiment.seed)),
  });
  return { catalogue, entries: await Promise.all(all.map(open)) };
}
