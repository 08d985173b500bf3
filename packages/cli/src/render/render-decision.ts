import type { Decision, DecisionLevel } from '@gradalign/core';
import { renderTable } from '@gradalign/core';
import type { OperatingRule } from '@gradalign/metrics';

/** A decision as text: what was chosen, on what, and what to expect of it. */
export function renderDecision(name: string, decision: Decision): string {
  const { rule, chosenOn, frame, video, scale, aggregate } = decision;
  const row = (level: string, of: DecisionLevel) => [
    level,
    `${short(of.threshold)}${of.interval ? ` [${of.interval.map(short).join(', ')}]` : ''}`,
    percent(of.apcer),
    percent(of.bpcer),
    String(of.bonaFide),
    String(of.attacks),
    calibrationText(of),
  ];
  return [
    `decision '${name}': threshold ${ruleText(rule)} on ${chosenOn}`,
    renderTable(
      [['', `threshold (${scale})`, 'apcer', 'bpcer', 'bona fide', 'attacks', 'calibration'], row('image', frame), row(`video (${aggregate})`, video)],
      1,
    ),
    `[low, high]: 95 % interval of the threshold, bootstrap over ${frame.resampled}; error rates are those of the data it was chosen on`,
    `live when ${scale === 'logit' ? 'the logit' : 'score'} >= threshold`,
  ].join('\n');
}

/** `at an APCER of at most 1 % (worst species)`. */
export function ruleText({ attacksAccepted, bonaFideRefused }: OperatingRule): string {
  const limit = (share: number) => `${Number((share * 100).toPrecision(6))} %`;
  if (attacksAccepted !== undefined) return `at an APCER of at most ${limit(attacksAccepted)} (worst species)`;
  return bonaFideRefused === undefined ? 'at the equal error point' : `at a BPCER of at most ${limit(bonaFideRefused)}`;
}

function calibrationText({ calibration }: DecisionLevel): string {
  if ('error' in calibration) return 'none';
  if (calibration.method === 'isotonic') return `isotonic, ${calibration.points.length} points`;
  return `temperature ${short(calibration.temperature)}${calibration.separated ? ' (no errors: smoothed targets)' : ''}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
