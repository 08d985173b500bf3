import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { expect, it } from 'vitest';
import { type Dataset, type DatasetDefinition, defineDataset, type Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import { leadsOutside } from '../files/leads-outside.ts';
import { datasetChecks } from './dataset-checks.ts';

const options = Type.Object({ root: Type.String({ format: 'path' }) }, { additionalProperties: false });

/** Two images of each class, and a list of them. */
function write(root: string): void {
  const names = ['attack', 'live'].flatMap((name) => ['1.png', '2.png'].map((file) => `${name}/${file}`));
  for (const name of names) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), `content of ${name}`);
  }
  writeFileSync(join(root, 'list.txt'), names.join('\n'));
}

const classes = ['attack', 'live'];

/** Reads the list, and tells what it names in vain. */
function sound(root: string): Dataset {
  const list = join(root, 'list.txt');
  if (!existsSync(list) || !statSync(root).isDirectory()) throw cannot("read data set 'listed'", `${root} has no list.txt`, 'one');
  const names = readFileSync(list, 'utf8').split('\n');
  const usable = (name: string) => existsSync(join(root, name)) && !leadsOutside(join(root, name), root);
  const sampleOf = (id: string): Sample => ({ id, image: { path: join(root, id) }, label: id.startsWith('live') ? 1 : 0, split: 'train' });
  const leftOut = names.filter((name) => !usable(name)).map((what) => ({ kind: 'missing' as const, what, why: 'it is not there' }));
  return { classes, samples: names.filter(usable).map(sampleOf), notes: { leftOut } };
}

const define = (create: (root: string) => Dataset, more: Partial<DatasetDefinition> = {}) =>
  defineDataset({ name: 'listed', summary: 'A list of images', options, create: ({ root }) => create(root), ...more }) as unknown as DatasetDefinition;

const leavesOut = [{ change: (root: string) => rmSync(join(root, 'live/1.png')), kind: 'missing' as const }];
const checksOf = (definition: DatasetDefinition) => datasetChecks(definition, { write, listed: true, samples: { train: { attack: 2, live: 2 } }, leavesOut });

it('a data set that keeps its contract passes all of them', async () => {
  for (const { run } of checksOf(define(sound))) await run();
});

const changed = (make: (dataset: Dataset, root: string) => Partial<Dataset>) =>
  define((root) => {
    const dataset = sound(root);
    return { ...dataset, ...make(dataset, root) };
  });
const samples = (make: (sample: Sample, i: number, root: string) => Sample) =>
  changed((dataset, root) => ({ samples: dataset.samples.map((sample, i) => make(sample, i, root)) }));

let reads = 0;
/** What is wrong with a data set, and what the kit has to say. */
const mutants: readonly (readonly [what: string, definition: DatasetDefinition, says: RegExp])[] = [
  ['a name that is none', define(sound, { name: 'My Set' }), /kebab case/],
  ['one class', changed(() => ({ classes: ['live'] })), /its classes are/],
  ['a label beyond the classes', samples((sample) => ({ ...sample, label: 2 })), /has the label 2, expected 0 to 1/],
  ['an unknown split', samples((sample) => ({ ...sample, split: 'training' as never })), /has the split 'training'/],
  ['an empty subject', samples((sample) => ({ ...sample, subject: '' })), /has the subject ""/],
  ['a species of bona fide', samples((sample) => ({ ...sample, species: 'print' })), /is live with the species 'print'/],
  ['one id twice', samples((sample) => ({ ...sample, id: 'same' })), /two samples have the id 'same'/],
  ['absolute ids', samples((sample, _, root) => ({ ...sample, id: join(root, sample.id) })), /no path relative to the root/],
  ['ids in NFD', samples((sample) => ({ ...sample, id: `a\u0308/${sample.id}` })), /not in NFC/],
  ['a sample too few', changed(({ samples: all }) => ({ samples: all.slice(1) })), /train attack 1, train live 2/],
  ['another order each time', changed(({ samples: all }) => ({ samples: reads++ % 2 ? all.toReversed() : all })), /read again, it gives/],
  ['a subject from the place', samples((sample, _, root) => ({ ...sample, subject: basename(root) })), /in another folder it gives other samples/],
  ['files that are not there', samples((sample, _, root) => ({ ...sample, image: { path: join(root, 'x.png') } })), /comes from .*x\.png, which is not there/],
  [
    'a file that it writes',
    define((root) => {
      const dataset = sound(root);
      writeFileSync(join(root, 'cache.json'), '{}');
      return dataset;
    }),
    /changes its folder/,
  ],
  ['a missing file without a word', changed(() => ({ notes: {} })), /says nothing of 1\.png, which a list names/],
  [
    'a link that it follows',
    define((root) => {
      const { notes: _, ...rest } = sound(root);
      const names = readFileSync(join(root, 'list.txt'), 'utf8')
        .split('\n')
        .filter((name) => existsSync(join(root, name)));
      return { ...rest, samples: names.map((id) => ({ id, image: { path: join(root, id) }, label: 0, split: 'train' })) };
    }),
    /read through a link that leads out of the folder/,
  ],
  [
    'an empty folder that it takes for a data set',
    define((root) => (existsSync(root) && statSync(root).isDirectory() && readdirSync(root).length === 0 ? { classes, samples: [] } : sound(root))),
    /of a root that is empty it gives 0 samples, expected a UserError/,
  ],
  [
    'an error that names no path',
    define((root) => {
      if (!existsSync(root)) throw cannot('read it', 'nothing is there', 'something');
      return sound(root);
    }),
    /of a root that is missing it says/,
  ],
];

it.each(mutants)('finds %s', async (_, definition, says) => {
  const messages: string[] = [];
  for (const { run } of checksOf(definition)) await run().catch((error: Error) => messages.push(error.message));
  expect(messages.join('\n')).toMatch(says);
});
