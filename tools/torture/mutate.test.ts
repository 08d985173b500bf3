import { expect, it } from 'vitest';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';

it('the same seed and case give the same numbers and the same damage; another case gives others', () => {
  const bytes = Buffer.from('0123456789'.repeat(20));
  const damaged = (name: string) => mutate(bytes, randomOf(7, name)).toString('hex');
  expect(damaged('fuzz 3')).toBe(damaged('fuzz 3'));
  expect(damaged('fuzz 3')).not.toBe(damaged('fuzz 4'));
});
