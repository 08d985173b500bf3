import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type Evaluation, MisuseError, type Objective } from '../../contracts/objective.ts';
import type { PluginItem } from '../../contracts/plugin-error.ts';
import { Weights } from '../../contracts/weights.ts';
import { rememberItem } from './culprit.ts';
import { guardOptimizer } from './guard-optimizer.ts';

const folder = mkdtempSync(join(tmpdir(), 'culprit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const item: PluginItem = { plugin: 'acme', kind: 'optimizer', name: 'own' };
/** Takes one step of an optimizer of plugin acme, which asks for the full gradient unless told otherwise. */
function step(gradient: () => never, ask = (objective: Objective) => objective.evaluate().gradient('full')): void {
  const objective: Objective = { evaluate: () => ({ gradient, [Symbol.dispose]() {} }) as unknown as Evaluation };
  const made = { state: () => ({}), restore() {}, step: (asked: Objective) => ask(asked) };
  guardOptimizer(made, item).step(objective, new Weights({}), () => {}, 1);
}

it('what the gradient of a plugin’s loss throws is that plugin’s fault, not the optimizer’s', async () => {
  const file = join(folder, 'loss.mjs');
  writeFileSync(file, 'export function gradient() { null.x; }');
  rememberItem({ plugin: 'other', kind: 'loss', name: 'rough', file: pathToFileURL(file).href });
  const { gradient } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { gradient: () => never };
  expect(() => step(gradient)).toThrow(/^Cannot use loss 'rough' of plugin 'other': its gradient throws TypeError/);
});

it('an error of our own code in the objective is nobody’s fault but ours', () => {
  const error = new RangeError('out of memory');
  const broken = () => {
    throw error;
  };
  expect(() => step(broken)).toThrow(error);
});

it('wrong use of the objective stays the fault of the optimizer, and so does what its own functions throw', () => {
  const misused = () => {
    throw new MisuseError("Cannot take the gradient of domain 'z'");
  };
  expect(() => step(misused)).toThrow(/^Cannot use optimizer 'own' of plugin 'acme': step\(\) throws MisuseError: Cannot take the gradient of domain 'z'/);
  const own = () => {
    throw new TypeError('own');
  };
  expect(() => step(misused, own)).toThrow(/^Cannot use optimizer 'own' of plugin 'acme': step\(\) throws TypeError: own/);
});
