import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadedExperiment, loadExperiment, type RunResults, train } from '@gradalign/core';
import sharp from 'sharp';

/** The protocols that there are recipes for. */
export const recipes = ['icm-to-o', 'ocm-to-i', 'oci-to-m', 'omi-to-c'] as const;
export type Recipe = (typeof recipes)[number];
export const recipeKinds = ['released', 'recommended'] as const;
export type RecipeKind = (typeof recipeKinds)[number];

/** Experiments that extend the recipes, on four domains of four subjects, live and attack, one gray frame each. Disposing them removes their folder. */
export interface RecipeExperiments extends Disposable {
  /** By the protocol, with all four domains. */
  load(kind: RecipeKind, recipe: Recipe): Promise<LoadedExperiment>;
  /** Two epochs on three of the domains, tested on the fourth, at 48 x 48: ERM, then GAC. Steps taken, and results. */
  trainReduced(kind: RecipeKind, recipe: Recipe, set: readonly string[]): Promise<{ readonly counts: object; readonly results: RunResults }>;
}

export async function recipeExperiments(): Promise<RecipeExperiments> {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-recipes-'));
  const resolveFrom = [new URL('../package.json', import.meta.url).href];
  await writeFaces(folder);
  const write = (kind: RecipeKind, recipe: Recipe, name: string, data: string) => {
    const path = fileURLToPath(new URL(`../../fas-gac/recipes/${kind === 'released' ? 'released/' : ''}${recipe}.yaml`, import.meta.url));
    const file = join(folder, `${kind}-${recipe}-${name}.yaml`);
    writeFileSync(file, `extends: ${JSON.stringify(path)}\ndata: ${data}\n`);
    return file;
  };
  const set = (name: string, domain: string) => `${name}: { use: image-folder, root: faces, domain: ${domain} }`;
  const byProtocol = `{ domains: { ${set('oulu', 'a')}, ${set('casia', 'b')}, ${set('replay', 'c')}, ${set('msu', 'd')} } }`;
  const byHand = `{ source: { ${set('a', 'a')}, ${set('b', 'b')}, ${set('c', 'c')} }, target: { ${set('d', 'd')} }, splits: { source: [train], target: [train] } }`;
  return {
    load: (kind, recipe) => loadExperiment(write(kind, recipe, 'protocol', byProtocol), { resolveFrom }),
    async trainReduced(kind, recipe, more) {
      const reduced = ['data.image.size=48', 'workers=0', 'train.epochs=2', 'train.checkpointEvery=2', 'optimizer.warmupEpochs=1', ...more];
      const { experiment, catalogue } = await loadExperiment(write(kind, recipe, 'reduced', byHand), { resolveFrom, set: reduced });
      const ended = await train({ experiment, catalogue, folder: join(folder, 'runs', `${kind}-${recipe}`) });
      if (ended.reason === 'interrupted') throw new Error('interrupted');
      return { counts: ended.position.counts, results: ended.results };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

async function writeFaces(folder: string): Promise<void> {
  for (const domain of ['a', 'b', 'c', 'd']) {
    for (const [label, level] of [
      ['live', 200],
      ['attack/print', 60],
    ] as const) {
      for (let subject = 0; subject < 4; subject++) {
        const clip = join(folder, 'faces', domain, 'train', label, `s${subject}_clip`);
        mkdirSync(clip, { recursive: true });
        const gray = level + 5 * subject;
        await sharp({ create: { width: 48, height: 48, channels: 3, background: { r: gray, g: gray, b: gray } } })
          .jpeg()
          .toFile(join(clip, 'f0.jpg'));
      }
    }
  }
}
