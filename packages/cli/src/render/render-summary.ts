import { renderTable, type SummarizedLayer, type Summary } from '@gradalign/core';

/** A table of the layers, and what a step takes. */
export function renderSummary({ model, image, layers, losses, size, batch, step }: Summary): string {
  const rows = layers.map((layer) => [
    layer.name,
    shape(layer.output),
    Object.entries(layer.parameters)
      .map(([name, of]) => `${name} ${shape(of)}`)
      .join(', '),
    when(layer),
    number(layer.size),
  ]);
  const ofLosses = losses.map((loss) => [`losses/${loss.name}`, '', '', '', number(loss.size)]);
  const parts = batch.parts > 1 ? `, in ${batch.parts} parts` : '';
  return [
    `${model}, images of ${image.join(' x ')}`,
    renderTable([['layer', 'output', 'weights', 'trained', 'number'], ...rows, ...ofLosses], 4),
    `${number(size.all)} weights; ${size.trained === size.all ? 'all trained' : `${number(size.trained)} trained, ${number(size.atFirst)} of them in the first epoch`}${losses.length > 0 ? `; ${number(losses.reduce((sum, one) => sum + one.size, 0))} in losses` : ''}`,
    `a step of ${step.kind} on ${batch.samples} samples${batch.views > 1 ? ` in ${batch.views} views` : ''}${parts}: ${step.milliseconds.toFixed(0)} ms (median of ${step.measured}, loading apart)`,
    `memory: ${megabytes(step.tensorBytes)} of tensors beside weights and images at the peak of a step; ${megabytes(step.processBytes)} held by the process at most`,
  ].join('\n');
}

function when({ trainedFrom }: SummarizedLayer): string {
  if (trainedFrom === 'never') return 'frozen';
  return trainedFrom === 0 ? 'yes' : `from epoch ${trainedFrom}`;
}

function shape(of: readonly number[] | undefined): string {
  return of?.join(' x ') ?? '';
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
