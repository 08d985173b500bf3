import { dirname, resolve } from 'node:path';
import type { Study } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { resolveFrom } from './bundled-plugins.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The study of a file, checked with every experiment it asks for and with its `--set` and `--data` options; its warnings shown. */
export async function readStudyFile(
  file: string,
  { set, data, trust = [] }: Pick<ExperimentOptions, 'set' | 'data' | 'trust'>,
  terminal: Terminal,
): Promise<Study> {
  const { checkStudy } = await import('@gradalign/core');
  const { study, warnings } = await checkStudy(file, { set, data, trust, project: dirname(resolve(file)), env: process.env, resolveFrom });
  for (const warning of warnings) terminal.warn(warning);
  return study;
}
