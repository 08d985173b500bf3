import { cannot, type Decision, suggestion } from '@gradalign/core';
import { type BootstrapOptions, type FiguresByLevel, figures } from '@gradalign/metrics';
import type { Subject } from './subject.ts';

/** A decision with the error rates of the test at its thresholds, or why they are not given. */
export interface MeasuredDecision {
  readonly name: string;
  readonly decision: Decision;
  readonly test: FiguresByLevel | { readonly error: string };
}

/**
 * All decisions of a subject, in the order in which they were taken.
 *
 * @param known figures at some of them, by name
 */
export function measureDecisions(
  subject: Subject,
  bootstrap: BootstrapOptions | false,
  known: Readonly<Record<string, FiguresByLevel>> = {},
): MeasuredDecision[] {
  return [...(subject.decisions ?? [])].map(([name, decision]) => ({
    ...{ name, decision },
    test: (Object.hasOwn(known, name) ? known[name] : undefined) ?? atDecision(subject, decision, bootstrap),
  }));
}

/**
 * The decision that a report is about: the one asked for, else the last that can be applied to the test scores.
 *
 * @throws UserError, exit code 2, where there is none of that name, or it cannot be applied
 */
export function chosenDecision(subject: Subject, asked?: string): string | undefined {
  const all = [...(subject.decisions ?? [])];
  if (asked === undefined) return all.filter(([, decision]) => unfit(subject, decision) === undefined).at(-1)?.[0];
  const what = `report on ${subject.name} at the decision '${asked}'`;
  const names = all.map(([name]) => name);
  const found = subject.decisions?.get(asked);
  if (!found)
    throw cannot(
      what,
      names.length === 0 ? 'it has no decisions' : 'there is no such decision',
      names.length === 0 ? 'one: make it with gradalign calibrate' : `one of ${names.join(', ')}${suggestion(asked, names)}`,
      { exitCode: 2 },
    );
  const why = unfit(subject, found);
  if (why !== undefined) throw cannot(what, why, 'a decision for the weights that were tested', { exitCode: 2 });
  return asked;
}

/** What `figures` takes to measure at a decision. */
export function thresholdsOfDecision({ frame, video, aggregate }: Decision) {
  return { threshold: frame.threshold, videoThreshold: video.threshold, aggregate };
}

function atDecision(subject: Subject, decision: Decision, bootstrap: BootstrapOptions | false): MeasuredDecision['test'] {
  const why = unfit(subject, decision);
  if (why !== undefined) return { error: why };
  if (!subject.test) return { error: 'there are no test scores' };
  try {
    return figures(subject.test, { bootstrap, ...thresholdsOfDecision(decision) });
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Why a decision does not apply to the test scores: it is for other weights, or thresholds and scores are not on one scale. */
function unfit({ test, results }: Subject, { weights, checkpoint, scale }: Decision): string | undefined {
  if (!test) return 'there are no test scores';
  if (weights !== 'raw') return `it is for the weights '${weights}', and the test scores are those of the run's own`;
  if (checkpoint !== results?.checkpoint) return `it is for checkpoint ${checkpoint}, and the test scores are those of ${results?.checkpoint ?? 'another'}`;
  const own = test.probabilities ? 'logit' : 'probability';
  return scale === own ? undefined : `its thresholds are for scores of another kind (${scale}) than those of the test (${own})`;
}
