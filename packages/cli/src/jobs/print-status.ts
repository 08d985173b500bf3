import type { LoadOptions, Study } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';

/** Prints how far each run of a study is, from its folder. */
export async function printStatus(study: Study, loading: LoadOptions, terminal: Terminal): Promise<number> {
  const { expectedSettings, renderTable, studyStatus } = await import('@gradalign/core');
  const status = studyStatus(study, await expectedSettings(study, loading));
  const { runs, counts, trials, trialCounts, others } = status;
  const summary = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .filter(([, n]) => n > 0)
      .map(([state, n]) => `${n} ${state}`)
      .join(', ');
  terminal.print(
    renderTable(
      [
        ['method', 'target', 'seed', 'state', 'at', 'folder'],
        ...[...trials, ...runs].map((one) => [
          one.method,
          one.target,
          one.trial === undefined ? String(one.seed) : `trial ${one.trial}`,
          one.state,
          one.at ?? '',
          one.folder ?? '',
        ]),
      ],
      6,
    ),
  );
  terminal.print('');
  if (trials.length > 0) terminal.print(`${trials.length} trials: ${summary(trialCounts)}`);
  terminal.print(`${runs.length} runs: ${summary(counts)}`);
  if (others > 0)
    terminal.notice(
      `${others} more ${others === 1 ? 'folder has the name of a run' : 'folders have names of runs'}, with other settings or data, or older: --plan tells which the study takes`,
    );
  terminal.printJson(status);
  return 0;
}
