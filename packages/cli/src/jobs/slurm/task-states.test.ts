import { expect, it } from 'vitest';
import { readAccounting, readQueue } from './task-states.ts';

it('the queue is read by name and task: what waits, runs, ends or has ended', () => {
  const states = readQueue(
    [
      'gradalign-a-0|12|3|PENDING|JobArrayTaskLimit',
      'gradalign-a-0|12|1|RUNNING|None',
      'gradalign-a-0|12|2|COMPLETING|None',
      'gradalign-a-0|12|0|FAILED|NonZeroExitCode',
      'gradalign-a-table|13|N/A|PENDING|Dependency',
      'not|a line of squeue',
      '',
    ].join('\n'),
  );
  expect(Object.fromEntries(states)).toEqual({
    'gradalign-a-0/3': { job: '12_3', state: 'pending', reason: 'JobArrayTaskLimit', active: true },
    'gradalign-a-0/1': { job: '12_1', state: 'running', active: true },
    'gradalign-a-0/2': { job: '12_2', state: 'completing', active: true },
    'gradalign-a-0/0': { job: '12_0', state: 'failed', reason: 'NonZeroExitCode', active: false },
    'gradalign-a-table': { job: '13', state: 'pending', reason: 'Dependency', active: true },
  });
});

it('the accounting is read by number: canceled by whom, exit codes; tasks that wait together are those of the queue', () => {
  const lines = [
    '12_0|COMPLETED|0:0',
    '12_1|CANCELLED by 1000|0:0',
    '12_2|TIMEOUT|0:15',
    '12_3|FAILED|2:0',
    '12_[4-9%2]|PENDING|0:0',
    '13|OUT_OF_MEMORY|0:125',
    '99|FAILED|1:0',
  ];
  const names = new Map([
    ['12', 'a-0'],
    ['13', 'a-table'],
  ]);
  expect(Object.fromEntries(readAccounting(lines.join('\n'), names))).toEqual({
    'a-0/0': { job: '12_0', state: 'completed', active: false },
    'a-0/1': { job: '12_1', state: 'cancelled', reason: 'by 1000', active: false },
    'a-0/2': { job: '12_2', state: 'timeout', reason: 'exit code 0:15', active: false },
    'a-0/3': { job: '12_3', state: 'failed', reason: 'exit code 2', active: false },
    'a-table': { job: '13', state: 'out_of_memory', reason: 'exit code 0:125', active: false },
  });
});
