import type { Calibration } from '@gradalign/core';
import type { GraphBuilder } from './graph-builder.ts';

/**
 * Adds what turns log-odds [n] into a probability [n]: sigmoid(log-odds / temperature), or the rising line through the points of an isotonic regression,
 * p = p_0 + Σ (p_i - p_{i-1}) · clip((x - x_{i-1}) / (x_i - x_{i-1}), 0, 1).
 */
export function addCalibration(builder: GraphBuilder, odds: string, calibration: Calibration | undefined): string {
  builder.layer = 'calibration';
  if (!calibration) return builder.node('Sigmoid', [odds]);
  if (calibration.method === 'temperature') {
    const inverse = builder.constant([], Float32Array.of(1 / calibration.temperature), 'calibration/inverse temperature');
    return builder.node('Sigmoid', [builder.node('Mul', [odds, inverse])]);
  }
  const { points } = calibration;
  const steps = points.slice(1).map((to, i) => ({ from: points[i] as readonly [number, number], to }));
  const row = (name: string, values: readonly number[]) => builder.constant([1, values.length], Float32Array.from(values), `calibration/${name}`);
  const first = builder.constant([], Float32Array.of((points[0] as readonly [number, number])[1]), 'calibration/first');
  // One point: the same for all. 0 · log-odds keeps the batch.
  const all = steps.length > 0 ? steps : [{ from: [0, 0] as const, to: [1, 0] as const }];
  const column = builder.node('Unsqueeze', [odds, builder.constant([1], BigInt64Array.of(1n), 'calibration/axis')]);
  const above = builder.node('Sub', [
    column,
    row(
      'starts',
      all.map(({ from }) => from[0]),
    ),
  ]);
  const share = builder.node('Div', [
    above,
    row(
      'widths',
      all.map(({ from, to }) => to[0] - from[0]),
    ),
  ]);
  const zero = builder.constant([], Float32Array.of(0), 'calibration/zero');
  const one = builder.constant([], Float32Array.of(1), 'calibration/one');
  const risen = builder.node('Mul', [
    builder.node('Clip', [share, zero, one]),
    row(
      'rises',
      all.map(({ from, to }) => to[1] - from[1]),
    ),
  ]);
  const sum = builder.node('ReduceSum', [risen, builder.constant([1], BigInt64Array.of(1n), 'calibration/rows')], { keepdims: 0 });
  return builder.node('Add', [sum, first]);
}
