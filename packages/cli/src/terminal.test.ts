import { expect, test } from 'vitest';
import { createTerminal } from './terminal.ts';

function terminal(options: { readonly quiet?: boolean; readonly json?: boolean }, isTTY = false) {
  const printed = { out: '', err: '' };
  const stdout = { write: (text: string) => (printed.out += text) };
  const stderr = { write: (text: string) => (printed.err += text), isTTY, columns: 20 };
  return { ...createTerminal({ stdout, stderr }, options), printed };
}

test('prints a result for people, or with --json for machines, to standard output', () => {
  const people = terminal({});
  people.print('two');
  people.printJson({ n: 2 });
  expect(people.printed).toEqual({ out: 'two\n', err: '' });
  const machines = terminal({ json: true });
  machines.print('two');
  machines.printJson({ n: 2 });
  expect(machines.printed).toEqual({ out: '{\n  "n": 2\n}\n', err: '' });
});

test('--quiet leaves warnings and errors', () => {
  const { notice, warn, error, progress, printed } = terminal({ quiet: true });
  notice('a notice');
  progress({ phase: 'training', done: 1, total: 2, unit: 'steps' });
  warn('a warning');
  error('an error');
  expect(printed).toEqual({ out: '', err: 'warning: a warning\nan error\n' });
});

test('outside a terminal the first and the last step of a phase are lines', () => {
  const { progress, printed } = terminal({});
  for (let done = 1; done <= 4; done++) progress({ phase: 'training', done, total: 4, unit: 'steps' });
  expect(printed.err).toMatch(/^training 1\/4 steps 25%.*\ntraining 4\/4 steps 100%.* took 0 s\n$/);
});

test('on a terminal of 20 columns progress is one line of 19 characters, cleared before anything else', () => {
  const { progress, warn, printed } = terminal({}, true);
  progress({ phase: 'training', done: 1, total: 4000, unit: 'steps' });
  warn('look');
  expect(printed.err).toBe('\r\x1b[2Ktraining 1/4000 ste\r\x1b[2Kwarning: look\n');
});

test('control characters of names and labels are shown, not sent', () => {
  const evil = 'street\x1b]0;owned\x07\x9b2J\rfine';
  const { print, notice, warn, error, printed } = terminal({});
  print(evil);
  for (const say of [notice, warn, error]) say(evil);
  const shown = 'street^[]0;owned^G\\x9b2J^Mfine\n';
  expect(printed).toEqual({ out: shown, err: `${shown}warning: ${shown}${shown}` });
});

test('JSON keeps the value and holds no control character', () => {
  const { printJson, printed } = terminal({ json: true });
  printJson({ name: 'a\x1b\x9b\u202e' });
  expect(JSON.parse(printed.out)).toEqual({ name: 'a\x1b\x9b\u202e' });
  expect(printed.out).toBe('{\n  "name": "a\\u001b\\u009b\\u202e"\n}\n');
});
