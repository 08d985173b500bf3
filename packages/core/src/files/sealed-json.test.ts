import { expect, it } from 'vitest';
import { openSealed, seal } from './sealed-json.ts';

const sealed = () => JSON.parse(JSON.stringify(seal({ epoch: 4, counts: { gac: 3 }, none: undefined, zero: -0 })));

it('what was sealed opens to the same content, after a trip through a file', () => {
  expect(openSealed(sealed())).toEqual({ epoch: 4, counts: { gac: 3 }, zero: 0 });
});

it.each([{ epoch: 5 }, { counts: { gac: 2 } }, { counts: { gac: 3, erm: 1 } }, { sha256: '' }, { more: 1 }])('a changed value does not open: %j', (change) => {
  expect(openSealed({ ...sealed(), ...change })).toBeUndefined();
});

it('what was never sealed opens as it is', () => {
  expect(openSealed({ epoch: 4 })).toEqual({ epoch: 4 });
});
