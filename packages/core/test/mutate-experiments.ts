import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import { applyOverrides } from '../src/configuration/apply-overrides.ts';
import { applyProtocol } from '../src/configuration/apply-protocol.ts';
import { type Catalogue, createCatalogue, type PluginSource } from '../src/configuration/catalogue.ts';
import { checkExperiment } from '../src/configuration/check-experiment.ts';
import { checkNames } from '../src/configuration/check-names.ts';
import { compileSchema } from '../src/configuration/compile-schema.ts';
import { type ConfigNode, type MapNode, problemAt } from '../src/configuration/config-node.ts';
import { experimentSchema } from '../src/configuration/experiment-schema.ts';
import { explainError } from '../src/configuration/explain-error.ts';
import { leaveOut } from '../src/configuration/leave-out.ts';
import { loadExperiment } from '../src/configuration/load-experiment.ts';
import { loadPlugin } from '../src/configuration/load-plugins.ts';
import { normalizeNamed } from '../src/configuration/normalize-named.ts';
import { readConfigFile } from '../src/configuration/read-file.ts';
import { settleTexts } from '../src/configuration/settle-texts.ts';
import { restoreWritten } from '../src/configuration/written-paths.ts';
import { ConfigurationError, type Problem, UserError } from '../src/contracts/errors.ts';
import type { Experiment } from '../src/contracts/experiment.ts';
import { createSeed } from '../src/contracts/seed.ts';
import { base } from './experiment-fixture.ts';

/** What is put into the text, mostly where YAML sees something in it. */
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '\t',
  '\n',
  '&a ',
  '*a',
  '*s',
  '<<: ',
  '"',
  "'",
  '#',
  '-',
  '!!',
  '%',
  '$',
  '${',
  '}',
  '|',
  '>',
  '0',
  '-1',
  '1e999',
  '.nan',
  'null',
  '~',
  'true',
  '? ',
  '---\n',
  'use: ',
  '\u0000',
  'ä',
  '__proto__: 1',
];

/**
 * Loads `count` mutations of a valid experiment in `folder`, where its plugin is: each loads, or ends with a UserError whose problems have a place.
 * A third at least has to end so.
 */
export async function expectMutationsToEnd(folder: string, count: number): Promise<void> {
  const text = `${base}losses: [{ use: domain-bce, logitScale: 12 }]\nevaluate: { metrics: [hter, auc, tpr@fpr=1%], frames: 10 }\nschedule: &s { use: cosine }\nname: "x \${HOME:-y}"\n`;
  let thrown = 0;
  const path = join(folder, 'mutated.yaml');
  const loadText = memoryLoader(folder, path);
  for (let i = 0; i < count; i++) {
    const random = createSeed(1).stream('mutations').at(i);
    let mutated = text;
    for (let edit = 0; edit <= random.integer(3); edit++) {
      const at = random.integer(mutated.length + 1);
      const cut = random.integer(4) === 0 ? random.integer(20) : random.integer(2);
      mutated = mutated.slice(0, at) + (random.chance(0.8) ? random.pick(pieces) : '') + mutated.slice(at + cut);
    }
    const ended = await outcome(() => loadText(mutated)).catch((cause) => {
      throw new Error(`mutation ${i} threw something else:\n${mutated}`, { cause });
    });
    if (ended !== 'loaded') thrown++;
    if (i % 100 > 0) continue;
    // A hundredth of them from disk, by loadExperiment itself: it ends the same way.
    writeFileSync(path, mutated);
    expect(await outcome(() => loadExperiment(path, { env: {} })), mutated).toBe(ended);
  }
  expect(thrown).toBeGreaterThan(0.3 * count);
}

/** The stages of `loadExperiment` on a text in memory; other files are read from disk. */
function memoryLoader(folder: string, path: string) {
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (catalogue: Catalogue) => {
    const key = catalogue.pluginFiles.join();
    const validate = validators.get(key) ?? compileSchema(experimentSchema(catalogue));
    validators.set(key, validate);
    return validate;
  };
  const loadPlugins = async (root: MapNode) => {
    const list = root.entries.get('plugins')?.node;
    const sources: PluginSource[] = [];
    for (const [i, node] of (list?.kind === 'list' ? list.items : []).entries()) {
      if (node.kind !== 'scalar' || typeof node.value !== 'string') continue;
      try {
        sources.push(await loadPlugin(node.value, folder));
      } catch (error) {
        throw error instanceof UserError ? new ConfigurationError([problemAt(node.at, ['plugins', String(i)], error.message)]) : error;
      }
    }
    return createCatalogue(sources);
  };
  const check: (experiment: Experiment, root: ConfigNode, catalogue: Catalogue) => { readonly problems: readonly Problem[] } = checkExperiment;
  return async (text: string) => {
    const readText = (asked: string) => (asked === path ? text : readFileSync(asked, 'utf8'));
    const readFile = (file: string) => readConfigFile(file, { env: {}, resolveFrom: [], readText });
    const written = applyOverrides(restoreWritten(readFile(path), {}), [], {});
    const catalogue = await loadPlugins(written);
    const problems: Problem[] = [];
    const named = normalizeNamed(leaveOut(applyProtocol(written, { catalogue, readFile, problems }, []), problems), catalogue, problems) as MapNode;
    const { node: root, value, errors } = settleTexts(named, validatorOf(catalogue));
    const experiment = value as Experiment;
    problems.push(...errors.flatMap((error) => explainError(error, root, catalogue, () => undefined) ?? []), ...checkNames(root));
    if (problems.length === 0) problems.push(...check(experiment, root, catalogue).problems);
    if (problems.length > 0) throw new ConfigurationError(problems);
  };
}

/** The places of a text's problems; `loaded` where there are none, the name of another UserError. Rethrows everything else. */
async function outcome(load: () => Promise<unknown>): Promise<string> {
  try {
    await load();
    return 'loaded';
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== 2) throw error;
    if (!(error instanceof ConfigurationError)) return error.name;
    for (const { line, column } of error.problems) expect(line >= 1 && column >= 1).toBe(true);
    return [...new Set(error.problems.map(({ line, column, path }) => `${line}:${column} ${path}`))].sort().join('\n');
  }
}
