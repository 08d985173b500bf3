import { expect, it } from 'vitest';
import { completeSynthesisOptions, synthesisOptionsFromTexts } from './synthesis-options.ts';

it('text stays text where the option is a text, and becomes a number where it is one', () => {
  const options = synthesisOptionsFromTexts(['domain=007', 'side=64', 'period=[2,4]', 'press=[offset,laser]', 'subject=true']);
  expect(options).toEqual({ domain: '007', side: 64, period: [2, 4], press: ['offset', 'laser'], subject: 'true' });
  expect(completeSynthesisOptions(options)).toMatchObject({ domain: '007', side: 64, split: 'train' });
});

it('what is no number is refused where a number is expected', () => {
  expect(() => completeSynthesisOptions(synthesisOptionsFromTexts(['side=abc']))).toThrow('options/side must be integer');
});
