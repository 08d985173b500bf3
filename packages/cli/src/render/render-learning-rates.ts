import { type LearningRates, renderTable } from '@gradalign/core';

const rows = 20;

/** At most twenty rates with their losses, and what they say. */
export function renderLearningRates({ points, present, steepest, blowUp, suggestion }: LearningRates): string {
  const every = Math.max(1, Math.ceil(points.length / rows));
  const shown = points.filter((_, i) => i % every === 0 || i === points.length - 1);
  const value = (of: number | null) => (of === null ? 'not finite' : of.toPrecision(4));
  return [
    renderTable([['learning rate', 'loss', 'smoothed'], ...shown.map(({ rate, loss, smoothed }) => [short(rate), value(loss), value(smoothed)])], 0),
    blowUp === undefined ? `the loss does not blow up until ${short(points.at(-1)?.rate ?? 0)}` : `the loss blows up at ${short(blowUp)}`,
    ...(steepest === undefined ? [] : [`it falls fastest at ${short(steepest)}`]),
    suggestion === undefined
      ? 'no suggestion: the loss never falls (gradalign train --overfit says what hinders)'
      : `suggestion: optimizer.base.learningRate=${short(suggestion)} (the experiment has ${short(present)})`,
  ].join('\n');
}

function short(rate: number): string {
  return rate >= 1e-3 ? String(Number(rate.toPrecision(2))) : rate.toExponential(1);
}
