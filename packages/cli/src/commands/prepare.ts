import { availableParallelism } from 'node:os';
import type { CropFormat, CropOverrides, FaceMode, PrepareOptions, RawDomain } from '@gradalign/datasets';
import type { Command } from 'commander';
import { bundledPlugins, withOutputOptions } from '../experiment-options.ts';
import { firstParty } from '../first-party.ts';
import { interruptible } from '../interrupt.ts';
import type { CommandContext } from '../main.ts';
import { setOptions } from '../set-options.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly use?: string;
  readonly root?: string;
  readonly set: readonly string[];
  readonly domain?: string;
  readonly label?: string;
  readonly split?: string;
  readonly out: string;
  readonly frames: string;
  readonly faces: string;
  readonly detector: string;
  readonly minScore: string;
  readonly crop: string;
  readonly margin?: string;
  readonly square?: boolean;
  readonly align?: string;
  readonly size?: string;
  readonly format: string;
  readonly quality: string;
  readonly workers: string;
  readonly force?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `gradalign data prepare` and `gradalign data verify`. */
export function addPrepareCommands(data: Command, run: CommandContext['run']): void {
  addPrepare(data, run);
  addVerify(data, run);
}

function addPrepare(data: Command, run: CommandContext['run']): void {
  withOutputOptions(data.command('prepare'))
    .description('make face crops of raw videos and images, with a manifest; started again it goes on where it was')
    .argument('[folder]', 'videos of your own: [<domain>/]<split>/{live,attack/<species>}/<video>')
    .option('--use <adapter>', 'a raw data set by name, with --root (gradalign list datasets)')
    .option('--root <folder>', 'its root')
    .option(
      '--set <key=value>',
      'further options of the adapter; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [] as readonly string[],
    )
    .requiredOption('-o, --out <folder>', 'where to write; several data sets can go into one folder')
    .option('--domain <name>', "the domain's folder in it; default: the adapter's name, or the folder's")
    .option('--label <label>', 'live or attack, for videos of your own whose folders do not say it')
    .option('--split <split>', 'train, dev or test, likewise')
    .option('--frames <rule>', 'every=n, even=n, ssdg[=n], flip or all', 'every=5')
    .option('--faces <where>', "auto (the data set's own annotation, else the detector), annotation, detector, or none for whole frames", 'auto')
    .option('--detector <network>', 'ssd, or tiny: faster, misses more', 'ssd')
    .option('--min-score <score>', 'faces that the detector is less sure of do not count, 0 to 1', '0.5')
    .option('--crop <convention>', 'safas, ssdg, flip, gd-fas, iadg or ssan: docs/preparation.md tells each', 'safas')
    .option('--margin <share>', "of the box's sides, half on each side: 0.3 makes 1.3 times the box")
    .option('--square', "the box's longer side counts for both")
    .option('--no-square', 'the box is stretched to a square')
    .option('--align <how>', 'eyes (turned and scaled until they come to fixed places) or none')
    .option('--size <pixels>', 'side of the crops')
    .option('--format <format>', 'jpeg or png', 'jpeg')
    .option('--quality <n>', 'of JPEG, 1 to 100', '95')
    .option('--workers <n>', 'clips at a time; the files do not depend on it', String(availableParallelism()))
    .option('--force', 'throw away what was prepared there with other settings')
    .option('--strict', 'exit code 1 where a clip has no face in any frame')
    .addHelpText(
      'after',
      `
Exit codes: 0 every clip was dealt with (clips without a face are listed), 1 some are broken (the others are done), 2 wrong usage, 130 interrupted.
Examples:
  gradalign data prepare --use msu-mfsd --root data/MSU-MFSD --out data/crops
  gradalign data prepare --use oulu-npu --root data/OULU --set protocol=1 --crop ssdg --frames ssdg --out data/crops
  gradalign data prepare my-videos --out data/mine`,
    )
    .action((folder: string | undefined, options: Options) => run((terminal) => prepare(folder, options, terminal), options));
}

async function prepare(folder: string | undefined, options: Options, terminal: Terminal): Promise<number> {
  const { prepareDatasets, renderPreparation } = await import('@gradalign/datasets');
  const settings = await readSettings(options);
  const domains = await findDomains(folder, options);
  for (const { domain, dataset } of domains) tellNotes(domain, dataset.notes, terminal);
  using interrupt = interruptible(terminal, 'stopping; finished clips stay, start again to go on');
  const detector = await openDetector(options, settings);
  try {
    const report = await prepareDatasets({
      ...settings,
      out: options.out,
      domains,
      ...(detector ? { detector } : {}),
      force: options.force === true,
      reporter: terminal,
      signal: interrupt.signal,
    });
    terminal.print(`${renderPreparation(report)}\nwritten to ${options.out}: manifest.csv, report.json`);
    terminal.printJson(report);
    const all = Object.values(report.domains);
    const withoutFace = all.reduce((sum, one) => sum + one.withoutFace.length, 0);
    if (withoutFace > 0) terminal.warn(`${withoutFace} ${withoutFace === 1 ? 'clip has' : 'clips have'} no face in any frame and no crops`);
    return all.some(({ broken }) => broken.length > 0) || (options.strict && withoutFace > 0) ? 1 : 0;
  } finally {
    await detector?.close();
  }
}

type Settings = Pick<PrepareOptions, 'frames' | 'faces' | 'convention' | 'format'> & { readonly workers: number; readonly minimumScore: number };

async function readSettings(options: Options): Promise<Settings> {
  const { cropConvention, faceModes, parseFrameChoice } = await import('@gradalign/datasets');
  const number = (name: string, text: string, least: number, most: number, whole = true): number => {
    const value = Number(text);
    return text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))
      ? value
      : refuse(`--${name} is '${text}', expected a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  };
  const choice = <T extends string>(name: string, text: string, known: readonly T[]): T =>
    known.find((one) => one === text) ?? refuse(`--${name} is '${text}', expected ${known.join(', ')}`);
  const { refuse } = await refusing();
  const overrides: CropOverrides = {
    ...(options.size === undefined ? {} : { size: number('size', options.size, 8, 4096) }),
    ...(options.margin === undefined ? {} : { margin: number('margin', options.margin, -0.9, 10, false) }),
    ...(options.square === undefined ? {} : { square: options.square }),
    ...(options.align === undefined ? {} : { align: choice('align', options.align, ['none', 'eyes']) }),
  };
  const format: CropFormat = { kind: choice('format', options.format, ['jpeg', 'png']), quality: number('quality', options.quality, 1, 100) };
  choice('detector', options.detector, ['ssd', 'tiny']);
  return {
    frames: parseFrameChoice(options.frames),
    faces: choice<FaceMode>('faces', options.faces, faceModes),
    convention: cropConvention(options.crop, overrides),
    format,
    workers: number('workers', options.workers, 0, 512),
    minimumScore: number('min-score', options.minScore, 0, 1, false),
  };
}

async function findDomains(folder: string | undefined, { use, root, set, domain, label, split }: Options): Promise<RawDomain[]> {
  const { refuse } = await refusing();
  if ((folder === undefined) === (use === undefined))
    refuse(`${folder === undefined ? 'nothing is named' : 'a folder and --use are named'}, expected --use <adapter> --root <folder>, or a folder of videos`);
  if (folder !== undefined) {
    const { readUserVideos } = await import('@gradalign/datasets');
    const found = await readUserVideos(folder, {
      ...(label === undefined ? {} : { label: label === 'live' || label === 'attack' ? label : refuse(`--label is '${label}', expected live or attack`) }),
      ...(split === undefined
        ? {}
        : { split: split === 'train' || split === 'dev' || split === 'test' ? split : refuse(`--split is '${split}', expected train, dev or test`) }),
      ...(domain === undefined ? {} : { domain }),
    });
    return found.map((one) => ({ ...one, use: 'videos', options: {}, root: folder }));
  }
  if (label !== undefined || split !== undefined) refuse(`--label and --split are for a folder of videos, ${use} tells them itself`);
  const { completeOptions, createDataset, createSeed, loadCatalogue } = await import('@gradalign/core');
  const catalogue = await loadCatalogue(firstParty, { resolveFrom: [bundledPlugins] });
  const name = use as string;
  const own = completeOptions(catalogue.find('dataset', name), { ...(root === undefined ? {} : { root }), ...(await setOptions(set)) });
  const dataset = await createDataset(domain ?? name, { ...own, use: name }, catalogue, createSeed(0));
  const { root: _, ...recorded } = own;
  return [{ domain: domain ?? name, dataset, use: name, options: recorded, ...(root === undefined ? {} : { root }) }];
}

/** A detector whose failures on one picture are that clip's, and all others the command's. */
async function openDetector({ detector: network }: Options, { faces, workers, minimumScore }: Settings) {
  if (faces !== 'auto' && faces !== 'detector') return undefined;
  const { createFaceDetector, detectorVersion, FaceDetectorError } = await import('@gradalign/face-detector');
  const { BrokenClipError } = await import('@gradalign/datasets');
  const detector = createFaceDetector({ model: network === 'tiny' ? 'tiny' : 'ssd', minimumScore, processes: Math.max(1, workers) });
  return {
    name: `${detectorVersion}, ${network}, score ${minimumScore}`,
    detect: (picture: Parameters<typeof detector.detect>[0]) =>
      detector.detect(picture).catch((error: unknown) => {
        throw error instanceof FaceDetectorError && error.onePicture ? new BrokenClipError(error.message, { cause: error }) : error;
      }),
    close: () => detector.close(),
  };
}

function tellNotes(domain: string, notes: RawDomain['dataset']['notes'], terminal: Terminal): void {
  for (const what of ['problems', 'missing', 'unmatched'] as const) {
    const list = notes?.[what] ?? [];
    const says = { problems: 'to be looked at', missing: 'listed and not there', unmatched: 'files fit no rule' }[what];
    if (list.length > 0)
      terminal.warn(`${domain}: ${list.length} ${says}: ${list.slice(0, 3).join(', ')}${list.length > 3 ? ', ... (gradalign data inspect has them all)' : ''}`);
  }
}

async function refusing(): Promise<{ refuse(what: string): never }> {
  const { UserError } = await import('@gradalign/core');
  return {
    refuse(what) {
      throw new UserError(`Cannot prepare: ${what}`, { exitCode: 2 });
    },
  };
}

function addVerify(data: Command, run: CommandContext['run']): void {
  withOutputOptions(data.command('verify'))
    .description('check a prepared folder against its manifest: missing, changed and surplus files; exit code 1 where there are any')
    .argument('<folder>', 'what data prepare wrote')
    .addHelpText('after', '\nExample: gradalign data verify data/crops')
    .action((folder: string, options: { readonly json?: boolean; readonly quiet?: boolean }) =>
      run(async (terminal) => {
        const { isIntact, renderVerification, verifyPrepared } = await import('@gradalign/datasets');
        using interrupt = interruptible(terminal, 'stopping');
        const verification = await verifyPrepared(folder, {
          onProgress: (done, total) => terminal.progress({ phase: 'verifying', done, total, unit: 'crops' }),
          signal: interrupt.signal,
        });
        terminal.print(renderVerification(verification));
        terminal.printJson(verification);
        return isIntact(verification) ? 0 : 1;
      }, options),
    );
}
