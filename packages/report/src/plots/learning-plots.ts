import { lineY, ruleX } from '@observablehq/plot';
import type { LoggedStep, RunHistory } from '../read/read-log.ts';
import { metricName } from '../text/format.ts';
import { drawPlot, type Picture } from './draw-plot.ts';
import { seriesStyle } from './palette.ts';

/** The history of one run, or of several to be laid over each other. */
export interface History {
  readonly name: string;
  /** Of equal group: one color. */
  readonly group: string;
  readonly history: RunHistory;
  /** Of the update rule; the schedule's factor is multiplied with it. */
  readonly learningRate?: number;
}

/** Learning curves: total loss, loss by domain (of one run), learning rate, validation, held-out loss; those for which there is something to draw. */
export function learningPlots(runs: readonly History[]): Picture[] {
  const trained = runs.filter(({ history }) => history.steps.length > 0);
  const [only] = trained;
  const pictures: (Picture | undefined)[] = [];
  if (only) {
    const total = trained.map((run) => ({ ...run, points: binned(run.history.steps, ({ total: loss }) => loss) }));
    pictures.push(curves('loss', 'Training loss', 'Total loss of the training batches, mean of each stretch of steps.', 'Loss', total, warmUp(trained)));
    if (trained.length === 1) pictures.push(lossByDomain(only), ...cosinePlots(only));
    const rates = trained.map((run) => ({
      ...run,
      points: binned(run.history.steps, ({ factor }) => (factor === undefined ? Number.NaN : factor * (run.learningRate ?? 1))),
    }));
    if (rates.some(({ points }) => points.length > 0)) {
      const absolute = trained.every(({ learningRate }) => learningRate !== undefined);
      pictures.push(
        curves(
          'learning-rate',
          'Learning rate',
          'Learning rate of the update rule over the epochs.',
          absolute ? 'Learning rate' : 'Factor of the schedule',
          rates,
        ),
      );
    }
  }
  pictures.push(...validationPlots(runs));
  const held = runs.filter(({ history }) => history.heldOutLosses.length > 0);
  if (held.length > 0) {
    const points = held.map((run) => ({ ...run, points: thinned(run.history.heldOutLosses.map(({ epoch, loss }) => ({ x: epoch, y: loss }))) }));
    pictures.push(curves('held-out-loss', 'Held-out loss', 'Loss on the share of the sources that was kept from training.', 'Loss', points));
  }
  return pictures.filter((picture) => picture !== undefined);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly name: string;
  readonly group: string;
  readonly points: readonly Point[];
}

const [leastPoints, mostPoints] = [60, 300];

function lossByDomain({ history: { steps } }: History): Picture | undefined {
  const names = [...new Set(steps.flatMap(({ risks }) => Object.keys(risks)))];
  if (names.length === 0) return undefined;
  const domains = names.map((name) => ({ name, group: name, points: binned(steps, ({ risks }) => (risks[name] ?? Number.NaN) * names.length) }));
  const auxiliary = steps.some((step) => step.auxiliary !== undefined)
    ? [{ name: 'auxiliary', group: 'auxiliary losses', points: binned(steps, (step) => step.auxiliary ?? Number.NaN) }]
    : [];
  return curves(
    'loss-by-domain',
    'Loss by domain',
    'Risk of each source domain, mean of each stretch of steps. A domain that stays high is not learned.',
    'Risk',
    [...domains, ...auxiliary],
  );
}

/** Between the gradients of two domains: one plot for those at the weights, one for those at the ascending points. */
function cosinePlots({ history: { steps } }: History): Picture[] {
  const perEpoch = stepsPerEpoch(steps);
  const measured = steps.flatMap(({ step, cosines = [] }) =>
    cosines.map(({ at, domains, cosine }) => ({ at, pair: domains.join(' and '), x: (step + 0.5) / perEpoch, y: cosine })),
  );
  return [
    ['weights', 'at the weights', 'before the step'],
    ['ascending points', 'at the ascending points', 'each at the ascending point of its domain'],
  ].flatMap(([place, where, when]) => {
    const here = measured.filter(({ at }) => at === place);
    const pairs = [...new Set(here.map(({ pair }) => pair))];
    if (pairs.length === 0) return [];
    const all = pairs.map((pair) => ({ name: pair, group: pair, points: thinned(here.filter((point) => point.pair === pair)) }));
    return [
      curves(
        `cosines-${place === 'weights' ? 'weights' : 'ascending'}`,
        `Gradient cosines ${where}`,
        `Cosine between the gradients of two domains, ${when}: 1 where one step serves both, below 0 where they pull apart.`,
        'Cosine',
        all,
        undefined,
        true,
      ),
    ];
  });
}

/** One plot a figure of the held-out share. */
function validationPlots(runs: readonly History[]): Picture[] {
  const metrics = [...new Set(runs.flatMap(({ history }) => history.validations.flatMap(({ figures }) => Object.keys(figures))))].slice(0, 4);
  return metrics.map((metric, i) => {
    const points = runs
      .map((run) => ({
        ...run,
        points: thinned(run.history.validations.flatMap(({ epoch, figures }) => (figures[metric] === undefined ? [] : [{ x: epoch + 1, y: figures[metric] }]))),
      }))
      .filter((run) => run.points.length > 0);
    return curves(
      `validation-${i + 1}`,
      `Validation: ${metricName(metric)}`,
      `${metricName(metric)} on the held-out share of the sources, after each evaluated epoch.`,
      metricName(metric),
      points,
      undefined,
      true,
    );
  });
}

function curves(id: string, title: string, description: string, label: string, all: readonly Curve[], warm?: number, dots = false): Picture {
  const groups = [...new Set(all.map(({ group }) => group))];
  const style = (group: string) => seriesStyle(groups.indexOf(group));
  const values = all.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [0, 0]);
  return drawPlot({
    id,
    title,
    description: warm === undefined ? description : `${description} The dashed line ends the warm-up.`,
    plot: {
      x: { label: 'Epoch', labelAnchor: 'center', labelArrow: 'none', nice: true, ticks: epochTicks(all) },
      y: { label, grid: true, ticks: 6, labelArrow: 'none', domain: low === high ? [low, low + 1] : [low, high], nice: true },
      marks: [
        ...(warm === undefined ? [] : [ruleX([warm], { stroke: 'var(--muted)', strokeDasharray: '4 3' })]),
        ...all.map(({ points, group }) =>
          lineY(points, {
            x: 'x',
            y: 'y',
            stroke: style(group).color,
            strokeWidth: all.length > 8 ? 1.2 : 2,
            strokeDasharray: style(group).dash || 'none',
            ...(dots && points.length < 60 ? { marker: 'dot' as const } : {}),
          }),
        ),
      ],
    },
    legend: groups.length > 1 ? groups.map((group) => ({ label: group, ...style(group) })) : [],
    table: { columns: ['series', 'epoch', 'value'], rows: all.flatMap(({ name, points }) => points.map(({ x, y }) => [name, x, y])) },
  });
}

/** At most one an epoch. */
function epochTicks(all: readonly Curve[]): number {
  const [first, last] = all
    .flatMap(({ points }) => points.map(({ x }) => x))
    .reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  return Math.min(8, Math.max(1, Math.ceil(last - first)));
}

/** Epoch at which the steps became those of the method, where all runs agree on it. */
function warmUp(runs: readonly History[]): number | undefined {
  const epochs = runs.flatMap(({ history: { steps } }) => {
    const first = steps[0]?.kind;
    const change = steps.find(({ kind }) => kind !== first);
    return change ? [change.epoch] : [];
  });
  return new Set(epochs).size === 1 ? epochs[0] : undefined;
}

/** Means over equal stretches of steps, about one an epoch but at least leastPoints of them where there are as many steps; x in epochs, at the middle of the stretch. */
function binned(steps: readonly LoggedStep[], value: (step: LoggedStep) => number): Point[] {
  const perEpoch = stepsPerEpoch(steps);
  const epochs = (steps.at(-1)?.epoch ?? 0) + 1;
  const stretch = Math.max(1, Math.ceil(steps.length / Math.min(mostPoints, Math.max(leastPoints, epochs))));
  const points: Point[] = [];
  for (let from = 0; from < steps.length; from += stretch) {
    const part = steps.slice(from, from + stretch).map((step) => ({ x: (step.step + 0.5) / perEpoch, y: value(step) }));
    const known = part.filter(({ y }) => Number.isFinite(y));
    if (known.length > 0) points.push({ x: mean(known.map(({ x }) => x)), y: mean(known.map(({ y }) => y)) });
  }
  return points;
}

function stepsPerEpoch(steps: readonly LoggedStep[]): number {
  const last = steps.at(-1);
  const second = steps.find(({ epoch }) => epoch === 1);
  if (second && second.step > 0) return second.step;
  return Math.max(1, (last?.step ?? 0) + 1);
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round((i * (points.length - 1)) / (mostPoints - 1))] as Point);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
