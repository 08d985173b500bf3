import { Type } from '@sinclair/typebox';
import { expect, it } from 'vitest';
import { compileSchema } from './compile-schema.ts';

it('the values of a map are checked whatever their keys hold, line breaks too', () => {
  const validate = compileSchema(Type.Object({ scale: Type.Record(Type.String(), Type.Number()) }, { additionalProperties: false }));
  for (const key of ['a', 'a\nb', '\u2028', '']) {
    expect(validate({ scale: { [key]: 1 } }), JSON.stringify(key)).toBe(true);
    expect(validate({ scale: { [key]: 'x' } }), JSON.stringify(key)).toBe(false);
  }
});
