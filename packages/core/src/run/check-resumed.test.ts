import { expect, it } from 'vitest';
import { silentReporter } from '../contracts/reporter.ts';
import { checkEngine } from './check-resumed.ts';

const engine = { name: 'tensorflow', version: '2.21.0', threads: 2 };

it('another backend is refused; another version or number of threads is told; nothing is said of a run that did not record its engine', () => {
  const notices: string[] = [];
  const reporter = { ...silentReporter, notice: (text: string) => notices.push(text) };
  expect(() => checkEngine(engine, { ...engine, name: 'wasm', version: '4.22.0' }, 'runs/a', reporter)).toThrow(
    'Cannot resume the run in runs/a: the engine is wasm 4.22.0 and was tensorflow 2.21.0, expected tensorflow',
  );
  checkEngine(engine, { ...engine, threads: 1 }, 'runs/a', reporter);
  checkEngine(engine, { ...engine, version: '2.22.0' }, 'runs/a', reporter);
  expect(notices).toEqual([expect.stringContaining('on 1 threads and was on 2'), expect.stringContaining('version 2.22.0 and was 2.21.0')]);
  checkEngine(engine, engine, 'runs/a', reporter);
  checkEngine(undefined, engine, 'runs/a', reporter);
  expect(notices).toHaveLength(2);
});
