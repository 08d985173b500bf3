import { availableParallelism } from 'node:os';
import type { CommandContext } from '../../command-context.ts';
import { findRawDomains, type RawDomainOptions, warnAboutNotes } from '../../data/find-raw-domains.ts';
import { openFaceDetector } from '../../data/open-face-detector.ts';
import { type PreparationOptions, readPreparationSettings } from '../../data/preparation-settings.ts';
import { interruptible } from '../../interruptible.ts';
import { withDatasetOptions } from '../../options/dataset-options.ts';
import { optionReader } from '../../options/option-reader.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import type { OutputOptions } from '../../output.ts';
import type { Terminal } from '../../terminal.ts';

interface PrepareOptions extends RawDomainOptions, PreparationOptions, OutputOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly keep?: boolean;
  readonly strict?: boolean;
}

export function addPrepareCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('prepare')
    .summary('make face crops from raw videos and images')
    .description('Makes face crops and a manifest from raw videos and images. Run it again to continue where it stopped.')
    .argument('[folder]', 'your own videos: [<domain>/]<split>/{live,attack/<species>}/<video>');
  withDatasetOptions(command)
    .requiredOption('-o, --out <folder>', 'folder to write to; it can hold several data sets')
    .option('--domain <name>', "name of the domain's folder (default: the adapter's name, or the folder's)")
    .option('--label <label>', 'live or attack, for your own videos if their folders do not say')
    .option('--split <split>', 'train, dev or test, for your own videos if their folders do not say')
    .option('--links <how>', 'links in the folder that lead out of it: inside (leave them out, the default) or follow')
    .option('--frames <rule>', 'frames of each video: every=n, even=n, ssdg[=n], flip or all', 'every=5')
    .option('--faces <source>', 'annotation of the data set, detector, auto (annotation, else detector) or none (whole frames)', 'auto')
    .option('--detector <network>', 'ssd, or tiny, which is faster and misses more faces', 'ssd')
    .option('--min-score <score>', 'ignore detected faces with a lower score, 0 to 1', '0.5')
    .option('--crop <convention>', 'safas, ssdg, flip, gd-fas, iadg or ssan (see docs/preparation.md)', 'safas')
    .option('--margin <share>', 'enlarge the box by this share of its sides, half on each side: 0.3 makes it 1.3 times as large')
    .option('--square', 'extend the shorter side of the box to a square')
    .option('--no-square', 'stretch the box to a square')
    .option('--pixel-aspect <how>', 'pixels that are not square: correct (make them square) or keep', 'correct')
    .option('--align <how>', 'eyes (rotate and scale so that the eyes are at fixed places) or none')
    .option('--size <pixels>', 'side of the crops')
    .option('--format <format>', 'jpeg or png', 'jpeg')
    .option('--quality <n>', 'JPEG quality, 1 to 100', '95')
    .option('--workers <n>', 'number of clips processed at the same time; does not change the files', String(availableParallelism()))
    .option('--force', 'replace what was prepared in the folder with other settings')
    .option('--keep', 'keep the crops of clips that are no longer in the raw data; without it they are removed')
    .option('--strict', 'exit code 1 if a clip has no face in any frame');
  withOutputOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 all clips processed (clips without a face are listed), 1 some clips are broken (the others are done),
2 wrong usage, 130 interrupted.
Examples:
  gradalign data prepare --use msu-mfsd --root data/MSU-MFSD --out data/crops
  gradalign data prepare --use oulu-npu --root data/OULU --set protocol=1 --crop ssdg --frames ssdg --out data/crops
  gradalign data prepare my-videos --out data/mine`,
    )
    .action((folder: string | undefined, options: PrepareOptions) => run((terminal) => prepare(folder, options, terminal), options));
}

async function prepare(folder: string | undefined, options: PrepareOptions, terminal: Terminal): Promise<number> {
  const { prepareDatasets, renderPreparation } = await import('@gradalign/datasets');
  const reader = await optionReader('prepare');
  const settings = await readPreparationSettings(options, reader);
  const domains = await findRawDomains(folder, options, reader);
  for (const { domain, dataset } of domains) await warnAboutNotes(domain, dataset.notes, terminal);
  using interrupt = interruptible(terminal, 'stopping; finished clips are kept, run the same command again to continue');
  const detector = await openFaceDetector(settings);
  try {
    const report = await prepareDatasets({
      ...settings,
      out: options.out,
      domains,
      ...(detector ? { detector } : {}),
      force: options.force === true,
      keep: options.keep === true,
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
