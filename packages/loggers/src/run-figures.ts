import { type EvaluationBlock, type Experiment, type RunEvents, readRunResults } from '@gradalign/core';

/** Figures by name; the part of a name before the first slash groups them in a page of charts. */
export type NamedFigures = Readonly<Record<string, number>>;

/** What a step tells: losses as in `log.jsonl`, learning rate, speed, and cosines where gradients were compared. */
export function stepFigures(event: RunEvents['stepEnded'], { optimizer }: Pick<Experiment, 'optimizer'>): NamedFigures {
  const { report, learningRateFactor, milliseconds, waited, cosines = [] } = event;
  const { total, risks, auxiliary } = report.losses;
  const { learningRate } = optimizer.base;
  return {
    'loss/total': total,
    ...(auxiliary === undefined ? {} : { 'loss/auxiliary': auxiliary }),
    ...prefixed('loss by domain', risks),
    ...(typeof learningRate === 'number'
      ? { 'training/learning rate': learningRate * learningRateFactor }
      : { 'training/learning rate factor': learningRateFactor }),
    'training/steps per second': 1000 / Math.max(milliseconds + waited, 1e-3),
    ...Object.fromEntries(cosines.map(({ at, domains, cosine }) => [`cosine at the ${at}/${domains.join(' and ')}`, cosine])),
  };
}

/** What an epoch tells: figures on the held-out share of the sources, and on the targets where the run evaluates them during training. */
export function epochFigures({ validation = {}, target = {} }: Pick<RunEvents['epochEnded'], 'validation' | 'target'>): NamedFigures {
  return { ...prefixed('validation', validation), ...prefixed('target during training', target) };
}

/**
 * The figures of a finished run over the videos of all targets together, by convention and by weights: `results/deployable/hter`,
 * `results of swad/deployable/hter`.
 *
 * @param file `results.json`
 */
export function resultFigures(file: string): NamedFigures {
  const results = readRunResults(file);
  if (!results) return {};
  const offered = Object.entries(results.weights ?? {}).flatMap(([name, own]) => ('error' in own ? [] : [[`results of ${name}`, own] as const]));
  return Object.fromEntries(
    [['results', results] as const, ...offered].flatMap(([title, { evaluation }]) =>
      (['deployable', 'literature', 'figures'] as const).flatMap((convention) => {
        const block = evaluation?.[convention];
        return block && !('error' in block) ? Object.entries(prefixed(`${title}/${convention}`, numbersOf(block))) : [];
      }),
    ),
  );
}

function numbersOf({ pooled }: EvaluationBlock): NamedFigures {
  const { figures } = pooled.video;
  return Object.fromEntries(Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])));
}

function prefixed(group: string, figures: NamedFigures): NamedFigures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${group}/${name}`, value]));
}
