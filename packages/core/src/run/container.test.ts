import { expect, it } from 'vitest';
import { Container, token } from './container.ts';

const A = token<{ readonly name: string } & Disposable>('a');
const B = token<{ readonly of: string } & Disposable>('b');

const named = (name: string, log: string[]) => ({ name, of: name, [Symbol.dispose]: () => void log.push(`${name} disposed`) });

it('makes a thing once, when it is first asked for, and disposes in the opposite order', async () => {
  const log: string[] = [];
  {
    await using container = Container.create();
    container
      .provide(A, () => {
        log.push('a made');
        return named('a', log);
      })
      .provide(B, (c) => {
        log.push(`b made with ${c.get(A).name}`);
        return named('b', log);
      });
    expect(log).toEqual([]);
    expect(container.get(B)).toBe(container.get(B));
    expect(log).toEqual(['a made', 'b made with a']);
  }
  // a was finished before b was.
  expect(log.slice(2)).toEqual(['b disposed', 'a disposed']);
});

it('refuses a token that is provided twice, and one that nothing provides', () => {
  const container = Container.create().provide(A, () => named('a', []));
  expect(() => container.provide(A, () => named('a', []))).toThrow("Cannot provide 'a': it is already provided, expected replace()");
  expect(() => container.get(B)).toThrow("Cannot resolve 'b': nothing provides it, expected one of a");
});

it('names a circle instead of overflowing the stack', () => {
  const container = Container.create()
    .provide(A, (c) => named(c.get(B).of, []))
    .provide(B, (c) => named(c.get(A).name, []));
  expect(() => container.get(A)).toThrow("Cannot resolve 'a': it needs itself (a -> b -> a), expected no circle");
});

it('two containers share nothing', () => {
  const one = Container.create().provide(A, () => named('one', []));
  const two = Container.create().provide(A, () => named('two', []));
  expect([one.get(A).name, two.get(A).name]).toEqual(['one', 'two']);
});
