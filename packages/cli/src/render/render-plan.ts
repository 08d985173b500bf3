import { describeRange, renderTable, type StudyPlan } from '@gradalign/core';

/** What each method of a study changes, value by value, and what it inherits. */
export function renderPlan({ runs, trials, targets, seeds, methods }: StudyPlan): string {
  return [
    `${runs} runs: ${methods.length} methods x ${targets.length} targets (${targets.join(', ')}) x ${seeds.length} seeds (${seeds.join(', ')})`,
    ...(trials > 0 ? [`before them ${trials} runs of trials, which choose settings on source data`] : []),
    ...methods.flatMap(({ method, differences, inherited, searched }) => [
      '',
      `${method}:`,
      differences.length === 0 && Object.keys(searched).length === 0
        ? '  the experiment as it is'
        : renderTable(
            [
              ['value', 'experiment', 'method'],
              ...differences.map((one) => [one.path, 'experiment' in one ? show(one.experiment) : '-', 'method' in one ? show(one.method) : '-']),
              ...Object.entries(searched).map(([path, range]) => [path, 'searched', describeRange(range)]),
            ],
            3,
          ),
      ...(inherited.length > 0 ? [`  inherited from the experiment: ${inherited.join(', ')}`] : []),
    ]),
  ].join('\n');
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
