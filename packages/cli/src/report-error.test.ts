import { UserError } from '@gradalign/core';
import { expect, test } from 'vitest';
import { reportError } from './report-error.ts';

function report(error: unknown) {
  const printed: string[] = [];
  return { exitCode: reportError(error, (text) => printed.push(text)), printed };
}

test("a user's mistake is its message alone, with its own exit code", () => {
  expect(report(new UserError('Cannot train: no, expected yes', { exitCode: 2 }))).toEqual({ exitCode: 2, printed: ['Cannot train: no, expected yes'] });
  expect(report(new UserError('Cannot read x'))).toEqual({ exitCode: 1, printed: ['Cannot read x'] });
});

test('an error of another copy of a package is known by its name', () => {
  const error = Object.assign(new Error('Cannot load the engine'), { name: 'EngineError' });
  expect(report(error)).toEqual({ exitCode: 1, printed: ['Cannot load the engine'] });
});

test('an abort is an interruption: 130', () => {
  expect(report(AbortSignal.abort().reason)).toEqual({ exitCode: 130, printed: ['Interrupted.'] });
});

test('anything else is a bug: its stack trace and what to do, 1', () => {
  const error = new TypeError('x is not a function');
  const bug = 'This is a bug in gradalign: please report it with the lines above.';
  expect(report(error)).toEqual({ exitCode: 1, printed: [error.stack, bug] });
  expect(error.stack).toMatch(/report-error\.test\.ts:\d+/);
  expect(report('text')).toEqual({ exitCode: 1, printed: ['text', bug] });
});

test('where cleaning up fails too, what failed first is reported', () => {
  const printed: string[] = [];
  const both = Object.assign(new Error('suppressed'), { name: 'SuppressedError', error: new Error('close'), suppressed: new UserError('Cannot write x') });
  expect([reportError(both, (text) => printed.push(text)), printed]).toEqual([1, ['Cannot write x']]);
});
