import type { LoadedExperiment, Overfit } from '@gradalign/core';
import { untilInterrupted } from '../../interruptible.ts';
import { optionReader } from '../../options/option-reader.ts';
import type { Terminal } from '../../terminal.ts';

/** `--overfit n`: exit code 0 where the risk comes below the bound, else 1. Nothing is written. */
export async function overfitting(n: string, below: string | undefined): Promise<(loaded: LoadedExperiment, terminal: Terminal) => Promise<number>> {
  const { wholeNumber, number } = await optionReader('overfit samples');
  const samples = wholeNumber('overfit', n, { least: 1 });
  const bound = below === undefined ? {} : { below: number('below', below, { above: 0 }) };
  return async (loaded, terminal) => {
    const { overfit } = await import('@gradalign/core');
    return untilInterrupted(terminal, 'stopping', async (signal) => {
      const found = await overfit(loaded, { samples, ...bound, reporter: terminal, signal });
      terminal.print(render(found));
      terminal.printJson(found);
      return found.reached ? 0 : 1;
    });
  };
}

function render({ reached, below, risk, steps, correct, samples, hindrances }: Overfit): string {
  const counts = new Map<string, number>();
  for (const one of samples) counts.set(`${one.domain} ${one.class}`, (counts.get(`${one.domain} ${one.class}`) ?? 0) + 1);
  const shown = (value: number) => value.toPrecision(3);
  return [
    `${samples.length} samples: ${[...counts].map(([of, n]) => `${n} ${of}`).join(', ')}`,
    `risk ${shown(risk.first)} at the first step, ${shown(risk.last)} after ${steps} ${steps === 1 ? 'step' : 'steps'} (bound ${shown(below)}); ${correct} of ${samples.length} get their own class`,
    ...(reached ? ['it learns them by heart'] : ['it does not come down:', ...hindrances.map((what) => `  ${what}`)]),
  ].join('\n');
}
