import { optimizerChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import { gac } from './gac.ts';

beforeAll(async () => {
  await loadEngine();
});

describe('gac', () => {
  for (const { name, run } of optimizerChecks(gac)) it(name, run);
});
