import { lossChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import { supcon } from './supcon.ts';

beforeAll(async () => {
  await loadEngine();
});

describe('supcon, any loss', () => {
  for (const check of lossChecks(supcon)) it(check.name, check.run);
});
