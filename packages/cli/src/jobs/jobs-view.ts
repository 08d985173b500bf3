import type { ProgressState, StudyRunName } from '@gradalign/core';
import { seedOrTrial } from '@gradalign/core/rendering';
import { duration } from '../duration.ts';
import type { Terminal } from '../terminal.ts';

/** The progress of many runs: a line for each that runs, and one for all. */
export interface JobsView {
  started(run: StudyRunName): void;
  progress(run: StudyRunName, state: ProgressState): void;
  ended(run: StudyRunName, how: 'finished' | 'failed' | 'waiting'): void;
  draw(): void;
}

interface Shown {
  readonly started: number;
  /** Share of the training when this process first heard of it; part of it was done before. */
  from?: number;
  share: number;
  text: string;
}

/** `total` runs, of which some were finished before. */
export function createJobsView(terminal: Terminal, total: number, before: number): JobsView {
  const running = new Map<StudyRunName, Shown>();
  const began = performance.now();
  let finished = before;
  let failed = 0;
  let worked = 0;
  const row = (run: StudyRunName, { text }: Shown) => ({ name: `${run.method}, ${run.target}, ${seedOrTrial(run)}`, text });
  const left = () => {
    const now = [...running.values()].reduce((sum, { share, from = share }) => sum + share - from, 0);
    const rate = (worked + now) / (performance.now() - began);
    const open = total - finished - failed - [...running.values()].reduce((sum, { share }) => sum + share, 0);
    return rate > 0 ? `, ${duration(open / rate / 1000)} left` : '';
  };
  return {
    started: (run) => void running.set(run, { started: performance.now(), share: 0, text: 'starting' }),
    progress(run, { phase, done, total: of, unit, detail }) {
      const shown = running.get(run);
      if (!shown) return;
      const share = done / Math.max(1, of);
      if (phase === 'training') {
        shown.from ??= share;
        shown.share = share;
      }
      const seconds = (performance.now() - shown.started) / 1000;
      const rate = phase === 'training' ? `  ${((done - (shown.from ?? 0) * of) / seconds).toFixed(1)}/s` : '';
      // What matters most comes first: a narrow terminal cuts the end.
      shown.text = `${phase} ${Math.floor(100 * share)}%${rate}  ${done}/${of} ${unit}${detail === undefined ? '' : `  ${detail}`}`;
    },
    ended(run, how) {
      const shown = running.get(run);
      running.delete(run);
      if (how === 'finished') {
        finished++;
        worked += 1 - (shown?.from ?? 0);
      } else if (how === 'failed') failed++;
    },
    draw() {
      const all = `${finished}/${total} runs finished${left()}, ${running.size} running${failed > 0 ? `, ${failed} failed` : ''}`;
      terminal.progressBlock([...[...running].map(([run, shown]) => row(run, shown)), { text: all }]);
    },
  };
}
