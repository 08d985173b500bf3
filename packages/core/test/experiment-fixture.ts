import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const number = (minimum: number, fallback?: number) => `{ type: 'number', minimum: ${minimum}${fallback === undefined ? '' : `, default: ${fallback}`} }`;
const item = (kind: string, name: string, properties: string, required = '[]', more = '') =>
  `{ kind: '${kind}', name: '${name}', summary: '${name}', options: { type: 'object', properties: ${properties}, required: ${required}, additionalProperties: false }, create: () => ({}), ${more} }`;

/** Writes `plugin.mjs`: an item or two of each kind that an experiment needs. */
export function writePlugin(folder: string): void {
  writeFileSync(
    join(folder, 'plugin.mjs'),
    `export default { name: 'test-plugin', items: [
      ${item('dataset', 'folder', `{ root: { type: 'string', format: 'path' } }`, `['root']`)},
      ${item('model', 'net', `{ width: ${number(1, 8)} }`)},
      ${item('updateRule', 'sgd', `{ learningRate: ${number(0, 0.005)} }`, '[]', 'isDefault: true')},
      ${item('optimizer', 'erm', '{}', '[]', 'cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 }')},
      ${item('optimizer', 'gac', `{ rho: ${number(0, 0.1)} }`, '[]', 'warmupEpochs: 10, cost: { forwards: (k) => k + 1, backwards: (k) => 2 * k + 1, weightCopies: () => 3 }')},
      ${item('schedule', 'constant', '{}', '[]', 'isDefault: true')},
      ${item('loss', 'triplets', '{}', '[]', "views: 3, metrics: [{ use: 'eer' }, { use: 'tpr@fpr' }]")},
      ${item('loss', 'plain', '{}')},
      ${item('schedule', 'cosine', '{}')},
    ] };`,
  );
}

/** An experiment without a mistake, beside that plugin. */
export const base = `plugins: [./plugin.mjs]
data:
  source:
    a: { use: folder, root: data/a }
    b: { use: folder, root: data/b }
model: { use: net }
optimizer: { use: gac, rho: 0.2 }
train: { epochs: 20 }
`;
