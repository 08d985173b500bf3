import type { Aggregate, Conventions, FiguresByLevel, ParsedScores, Scores } from '@gradalign/metrics';
import { optionReader } from '../options/option-reader.ts';
import { renderConventions } from '../render/render-conventions.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `gradalign evaluate` that belong to score files. */
export interface ScoreFileOptions {
  readonly dev?: string;
  readonly threshold?: string;
  readonly aggregate?: string;
  readonly rounds?: string;
  readonly seed?: string;
}

/** All figures of a score file, whoever made it: `gradalign evaluate --scores file.csv`. */
export async function evaluateScoreFile(file: string, options: ScoreFileOptions, terminal: Terminal): Promise<number> {
  const { readScores } = await import('@gradalign/core');
  const { compareConventions } = await import('@gradalign/metrics');
  const { number, wholeNumber, choice } = await optionReader('evaluate scores');
  const threshold = options.threshold === undefined ? undefined : number('threshold', options.threshold, {});
  const aggregate = choice<Aggregate>('aggregate', options.aggregate ?? 'mean', ['mean', 'median', 'max']);
  const rounds = wholeNumber('rounds', options.rounds ?? '1000', { least: 0, most: 1_000_000 });
  const seed = wholeNumber('seed', options.seed ?? '0', { least: 0, most: 2 ** 31 - 1 });
  const read = async (path: string) => ({ path, parsed: await readScores(path, { nonResponse: 'count', lines: true }) });
  const test = await read(file);
  const dev = options.dev === undefined ? undefined : await read(options.dev);
  const files = dev ? [test, dev] : [test];
  const rankedBy = files.every(({ parsed }) => hasLogits(parsed)) ? 'logit' : 'score';
  const ranked = (parsed: ParsedScores): Scores => (rankedBy === 'logit' && parsed.logits ? { ...parsed, scores: parsed.logits } : parsed);
  // Whatever is wrong with the development scores is said of their file.
  if (dev) await blaming(dev, () => compareConventions({ test: ranked(dev.parsed), aggregate, bootstrap: false }));
  if (rounds >= 2 && test.parsed.scores.length > 1_000_000)
    terminal.notice(`${rounds} rounds of the bootstrap over ${test.parsed.scores.length} samples take minutes; --rounds 0 leaves the intervals out`);
  const conventions = await blaming(test, () =>
    compareConventions({
      test: ranked(test.parsed),
      ...(dev ? { dev: ranked(dev.parsed) } : {}),
      ...(threshold === undefined ? {} : { threshold }),
      aggregate,
      bootstrap: rounds < 2 ? false : { rounds, seed },
    }),
  );
  const figures = rankedBy === 'logit' ? await withOwnCalibration(conventions, test.parsed) : conventions;
  const howRead = Object.fromEntries(files.map(({ path, parsed }) => [path, parsed.howRead]));
  terminal.print(renderConventions(figures, { howRead, rankedBy, aggregate }));
  terminal.printJson({ scores: file, ...(dev ? { dev: dev.path } : {}), howRead, rankedBy, aggregate, ...figures });
  return 0;
}

/** Every row has a logit: only then do they rank all rows. */
function hasLogits({ logits }: ParsedScores): boolean {
  return logits?.every((logit) => !Number.isNaN(logit)) ?? false;
}

/** What samples do not allow becomes a message that names their file, and their lines instead of their numbers. */
async function blaming<T>({ path, parsed }: { readonly path: string; readonly parsed: ParsedScores }, compute: () => T): Promise<T> {
  const { cannot } = await import('@gradalign/core');
  const { MetricError } = await import('@gradalign/metrics');
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    const [, is = error.message, expected = 'other scores'] = /^Cannot [^:]+: (.*), expected (.*)$/s.exec(error.message) ?? [];
    const lineOf = (index: number) => parsed.lines?.[index];
    const line = 'index' in error ? lineOf(error.index as number) : undefined;
    const named = is.replaceAll(/\bsample (\d+)/g, (text, index: string) => (lineOf(Number(index)) === undefined ? text : `line ${lineOf(Number(index))}`));
    throw cannot(`evaluate the scores of ${path}${line === undefined ? '' : `:${line}`}`, named, expected, { cause: error });
  }
}

/** ECE and Brier are of the probabilities in column score, frame by frame; a logit is none, and a video has none. */
async function withOwnCalibration(conventions: Conventions, { scores, labels }: ParsedScores): Promise<Conventions> {
  const { brierScore, expectedCalibrationError } = await import('@gradalign/metrics');
  const probabilities = scores.every((score) => score >= 0 && score <= 1);
  const own = probabilities ? { ece: expectedCalibrationError(scores, labels), brier: brierScore(scores, labels) } : {};
  const corrected = ({ ece: _, brier: __, video, ...rest }: FiguresByLevel): FiguresByLevel => {
    if (!video) return { ...rest, ...own };
    const { ece: ___, brier: ____, ...videoFigures } = video;
    return { ...rest, ...own, video: videoFigures };
  };
  const { literature, deployable, fixed } = conventions;
  return {
    literature: corrected(literature),
    ...(deployable ? { deployable: corrected(deployable) } : {}),
    ...(fixed ? { fixed: corrected(fixed) } : {}),
  };
}
