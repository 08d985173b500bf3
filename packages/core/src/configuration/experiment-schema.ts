import type { OptimizerDefinition } from '../contracts/optimizer.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';

/** A JSON Schema (draft-07). */
export type Schema = Record<string, unknown>;

/** Where an experiment names items, and of which kind: `*` stands for any key or index. */
export const namedPlaces: readonly {
  readonly path: readonly string[];
  readonly kind: Kind /** What `use` is where only options are given. */;
  readonly fallback?: string;
}[] = [
  { path: ['data', 'source', '*'], kind: 'dataset' },
  { path: ['data', 'target', '*'], kind: 'dataset' },
  { path: ['data', 'augment', '*'], kind: 'augmentation' },
  { path: ['model'], kind: 'model' },
  { path: ['losses', '*'], kind: 'loss' },
  { path: ['optimizer'], kind: 'optimizer' },
  { path: ['optimizer', 'base'], kind: 'updateRule', fallback: 'sgd' },
  { path: ['schedule'], kind: 'schedule', fallback: 'constant' },
  { path: ['evaluate', 'metrics', '*'], kind: 'metric' },
  { path: ['callbacks', '*'], kind: 'callback' },
];

export const split = { type: 'string', enum: ['train', 'dev', 'test'] };
const channelValues = (description: string, fallback: readonly number[], extra: Schema = {}) => ({
  type: 'array',
  items: { type: 'number', ...extra },
  minItems: 1,
  maxItems: 3,
  default: fallback,
  description,
});

/** The schema of experiments, put together from what the plugins offer. Every default stands here or in an item's own schema. */
export function experimentSchema(catalogue: Catalogue): Schema {
  const one = (kind: Kind, extra?: (item: AnyItem) => Record<string, Schema>) => union(catalogue, kind, extra);
  const common = (item: AnyItem): Record<string, Schema> => ({
    base: { ...one('updateRule'), default: { use: 'sgd' }, description: 'The update rule that the direction is handed to' },
    warmupEpochs: {
      type: 'integer',
      minimum: 0,
      default: (item as unknown as OptimizerDefinition).warmupEpochs ?? 0,
      description: 'Epochs of plain ERM before the method acts',
    },
  });
  const dataset = { type: 'object', additionalProperties: one('dataset') };
  return object(
    {
      name: { type: 'string', minLength: 1, description: 'Names the run folder' },
      plugins: {
        type: 'array',
        items: { type: 'string', minLength: 1 },
        default: [],
        description: 'Packages, or files relative to this one; nothing else is loaded',
      },
      seed: { type: 'integer', minimum: 0, default: 0, description: 'Same seed, same numbers' },
      engine: {
        type: 'string',
        enum: ['auto', 'tensorflow', 'wasm'],
        default: 'auto',
        description: 'auto falls back to WebAssembly, tensorflow makes that an error',
      },
      threads: { type: 'integer', minimum: 1, description: 'Threads of the engine; default: all cores' },
      workers: { type: 'integer', minimum: 0, maximum: 64, default: 2, description: 'Threads that decode images; 0 decodes in the main thread' },
      data: object(
        {
          source: { ...dataset, minProperties: 1, description: 'Domains that are trained on, by name' },
          target: { ...dataset, default: {}, description: 'Domains that are only tested on, by name' },
          follows: { type: 'string', minLength: 1, description: 'Protocol that source, target, splits and holdOut came from; `gradalign show` writes it' },
          holdOut: {
            type: 'number',
            minimum: 0,
            maximum: 0.9,
            default: 0.1,
            description: 'Share of the source subjects kept for thresholds and checkpoint choice',
          },
          splits: object(
            {
              source: { type: 'array', items: split, minItems: 1, default: ['train'], description: 'Splits that are trained on' },
              target: { type: 'array', items: split, minItems: 1, default: ['test'], description: 'Splits that are tested on' },
            },
            { default: {} },
          ),
          image: object(
            {
              size: { type: 'integer', minimum: 8, maximum: 4096, default: 256, description: 'Side in pixels' },
              mean: channelValues('Subtracted, by channel, in 0..1; one value makes images grey', [0.485, 0.456, 0.406]),
              std: channelValues('Divided by', [0.229, 0.224, 0.225], { exclusiveMinimum: 0 }),
            },
            { default: {} },
          ),
          augment: { type: 'array', items: one('augmentation'), default: [], description: 'Drawn anew for each view' },
          cacheMegabytes: {
            type: 'integer',
            minimum: 0,
            default: 0,
            description: 'Memory for decoded images, so that later epochs need not read the files; 0: none. The numbers are the same',
          },
          views: { type: 'integer', minimum: 1, maximum: 8, default: 1, description: 'Augmented views of each sample' },
          batch: object(
            {
              perDomain: { type: 'integer', minimum: 1, default: 32, description: 'Samples of each domain in a step' },
              balance: {
                type: 'array',
                items: { type: 'string', enum: ['domain', 'label'] },
                uniqueItems: true,
                default: ['domain', 'label'],
                description: 'What is equally frequent in a batch',
              },
            },
            { default: {} },
          ),
        },
        { required: ['source'] },
      ),
      model: one('model'),
      losses: { type: 'array', items: one('loss'), minItems: 1, default: [{ use: 'domain-bce' }], description: 'One risk, and any number of auxiliary losses' },
      optimizer: one('optimizer', common),
      schedule: { ...one('schedule'), default: { use: 'constant' } },
      train: object(
        {
          epochs: { type: 'integer', minimum: 1, default: 50 },
          stepsPerEpoch: { type: 'integer', minimum: 1, description: 'Default: as many as it takes to see as many samples as there are source videos' },
          freeze: {
            type: 'object',
            additionalProperties: { type: 'integer', minimum: 0 },
            default: {},
            description: 'Pattern of weight names to the epoch at which they thaw: { "!head/**": 1 }',
          },
          evaluateEvery: { type: 'integer', minimum: 0, default: 1, description: 'Evaluate on the held-out share every so many epochs; 0: only at the end' },
          checkpointEvery: { type: 'integer', minimum: 1, default: 1, description: 'Save every so many epochs' },
          clipNorm: { type: 'number', exclusiveMinimum: 0, description: 'l2 norm that the final direction is clipped to' },
        },
        { default: {} },
      ),
      evaluate: object(
        {
          metrics: { type: 'array', items: one('metric'), minItems: 1, description: 'Default: hter, auc, tpr@fpr=1%; accuracy where the risk is not binary' },
          frames: { type: 'integer', minimum: 0, default: 10, description: 'Frames a video, evenly spread; 0: all' },
          aggregate: { type: 'string', enum: ['mean', 'median', 'max'], default: 'mean', description: 'From frames to a video' },
          batch: { type: 'integer', minimum: 1, default: 64, description: 'Images a forward pass' },
        },
        { default: {} },
      ),
      callbacks: { type: 'array', items: one('callback'), default: [] },
      output: { type: 'string', minLength: 1, description: 'Folder of the run, relative to the working folder' },
    },
    { required: ['data', 'model', 'optimizer'] },
  );
}

export function object(properties: Record<string, Schema>, rest: Schema = {}): Schema {
  return { type: 'object', properties, additionalProperties: false, ...rest };
}

/**
 * One schema for "any of these items, by name", its options beside the name. With `discriminator` ajv checks only the named branch and fills its
 * defaults; an editor reads the oneOf.
 */
export function union(catalogue: Catalogue, kind: Kind, extra: (item: AnyItem) => Record<string, Schema> = () => ({})): Schema {
  const items = catalogue.items(kind).map(({ item }) => item);
  if (items.length === 0) return { type: 'object', properties: { use: { type: 'string' } }, required: ['use'] };
  return {
    type: 'object',
    required: ['use'],
    discriminator: { propertyName: 'use' },
    oneOf: items.map((item) => {
      const { properties = {}, required = [] } = JSON.parse(JSON.stringify(item.options)) as { properties?: Record<string, Schema>; required?: string[] };
      return {
        ...object({ use: { const: item.name, type: 'string', description: item.summary }, ...properties, ...extra(item) }),
        // What has a default need not be written.
        required: ['use', ...required.filter((name) => properties[name]?.['default'] === undefined)],
        description: item.paper ? `${item.summary} (${item.paper})` : item.summary,
      };
    }),
  };
}
