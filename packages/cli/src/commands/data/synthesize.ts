import { availableParallelism } from 'node:os';
import type { CommandContext } from '../../command-context.ts';
import { interruptible } from '../../interruptible.ts';
import { type OptionReader, optionReader } from '../../options/option-reader.ts';
import { withOutputOptions } from '../../options/output-options.ts';
import { repeatable } from '../../options/repeatable.ts';
import type { OutputOptions } from '../../output.ts';
import type { Terminal } from '../../terminal.ts';

interface SynthesizeOptions extends OutputOptions {
  readonly out: string;
  readonly seed: string;
  readonly workers: string;
  readonly size?: string;
  readonly from?: string;
  readonly kind?: string;
  readonly copies?: string;
  readonly set: readonly string[];
}

export function addSynthesizeCommand({ parent, run }: CommandContext): void {
  const command = parent
    .command('synthesize')
    .summary('make printed and replayed attacks')
    .description(
      'Simulates attacks on live faces (--from), or renders the recapture benchmark: four domains of faces, live, printed and replayed. Writes JPEG files in the plain layout; does nothing if they exist.',
    )
    .requiredOption('-o, --out <folder>', 'folder to write to')
    .option('--seed <n>', 'the same seed makes the same files', '0')
    .option('--workers <n>', 'number of threads; does not change the files', String(availableParallelism()))
    .option('--size <name>', 'size of the benchmark: small or default (default: default)')
    .option('--from <folder>', 'live faces: the plain layout, or unlabeled images; live copies go through the same camera as the attacks')
    .option('--kind <kind>', 'with --from: print, replay or both (default: both)')
    .option('--copies <n>', 'with --from: attacks of each kind for each video or image (default: 1)')
    .addOption(
      repeatable('--set <name=value>', 'with --from: a range of the recapture chain (gradalign list recapture), side, bytesPerPixel, split, subject or domain'),
    );
  withOutputOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gradalign data synthesize --out data/recapture
  gradalign data synthesize --from faces --out data/attacks --kind print --copies 2
  gradalign data synthesize --from faces --out data/attacks --set period=[2,4] --set press=[offset,laser]`,
    )
    .action((options: SynthesizeOptions) =>
      run(async (terminal) => {
        const reader = await optionReader('synthesize');
        return options.from === undefined ? renderBenchmark(options, reader, terminal) : photographFaces(options.from, options, reader, terminal);
      }, options),
    );
}

async function renderBenchmark(options: SynthesizeOptions, reader: OptionReader, terminal: Terminal): Promise<number> {
  const { benchmarkSizes, synthesizeBenchmark } = await import('@gradalign/datasets');
  const alone = (['kind', 'copies'] as const).find((name) => options[name] !== undefined) ?? (options.set.length > 0 ? 'set' : undefined);
  if (alone !== undefined) reader.refuse(`--${alone} is given without --from`, '--from <folder of live faces>');
  const sizes = Object.keys(benchmarkSizes) as (keyof typeof benchmarkSizes)[];
  const size = reader.choice('size', options.size ?? 'default', sizes);
  const { seed, workers } = readCommon(options, reader);
  using interrupt = interruptible(terminal, 'stopping; no incomplete file is left behind');
  const report = await synthesizeBenchmark({
    root: options.out,
    seed,
    size,
    workers,
    onProgress: (done, total) => terminal.progress({ phase: 'rendering faces', done, total, unit: 'clips' }),
    signal: interrupt.signal,
  });
  terminal.print(`${report.images} images ${report.done === 'nothing' ? 'already exist in' : 'written to'} ${report.root}`);
  terminal.printJson(report);
  return 0;
}

async function photographFaces(from: string, options: SynthesizeOptions, reader: OptionReader, terminal: Terminal): Promise<number> {
  const { synthesisOptionsFromTexts, synthesizeAttacks } = await import('@gradalign/datasets');
  if (options.size !== undefined) reader.refuse('--size is for the benchmark', '--from without it');
  const kind = reader.choice('kind', options.kind ?? 'both', ['print', 'replay', 'both']);
  const copies = reader.wholeNumber('copies', options.copies ?? '1', { least: 1 });
  const { seed, workers } = readCommon(options, reader);
  const set = synthesisOptionsFromTexts(options.set);
  using interrupt = interruptible(terminal, 'stopping; no incomplete file is left behind');
  const report = await synthesizeAttacks({
    from,
    root: options.out,
    seed,
    kinds: kind === 'both' ? ['print', 'replay'] : [kind],
    copies,
    set,
    workers,
    onProgress: (done, total) => terminal.progress({ phase: 'photographing faces', done, total, unit: 'clips' }),
    signal: interrupt.signal,
  });
  for (const { path, reason } of report.broken) terminal.warn(`skipped ${path}: ${reason}`);
  const counts = Object.entries(report.images)
    .map(([name, n]) => `${n} ${name}`)
    .join(', ');
  terminal.print(`${counts} ${report.done === 'nothing' ? 'already exist in' : 'written to'} ${report.root}`);
  terminal.printJson(report);
  return 0;
}

function readCommon({ seed, workers }: SynthesizeOptions, { wholeNumber }: OptionReader): { readonly seed: number; readonly workers: number } {
  return { seed: wholeNumber('seed', seed, { least: 0 }), workers: wholeNumber('workers', workers, { least: 0 }) };
}
