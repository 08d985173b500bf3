import { type ObjectOptions, type Static, type TSchema, Type } from '@sinclair/typebox';
import { interpolations } from './augmentation.ts';
import { splits } from './dataset.ts';
import type { Named } from './named.ts';
import type { Kind } from './plugin.ts';
import { samplings } from './sampling.ts';

/** Schema keyword of a place that names an item, `{ use: name, ...options }`: its kind, and further keys beside the item's own options. */
export const itemKeyword = 'gradalignItem';

/** Schema keyword of a value that may be left out because it is derived from other keys. */
export const derivedKeyword = 'gradalignDerived';

/** Value of `itemKeyword`. */
export interface ItemPlace {
  readonly kind: Kind;
  /** Whether it may be left out: the kind's default stands there then. */
  readonly mayBeMissing: boolean;
  /** Schemas by key. Where an item's definition has a property of that name, its value is the default. */
  readonly beside: Readonly<Record<string, TSchema>>;
}

/**
 * The schema of an experiment: the only place that states its keys, types, ranges, defaults and descriptions. The type is derived from it; validation,
 * the editor's schema and the places that name items are read from it. `experimentSchema()` of the configuration fills those places with what the
 * loaded plugins offer.
 */
export const experimentShape = strict({
  name: Type.Optional(Type.String({ minLength: 1, description: 'Names the run folder' })),
  plugins: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Packages, or files relative to this one; nothing else is loaded',
  }),
  seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0, description: 'Same seed, same numbers' }),
  engine: oneOf(['auto', 'tensorflow', 'wasm'], { default: 'auto', description: 'auto falls back to WebAssembly, tensorflow makes that an error' }),
  threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024, description: 'Threads of the engine; default: all cores' })),
  workers: Type.Integer({ minimum: 0, maximum: 64, default: 2, description: 'Threads that decode images; 0 decodes in the main thread' }),
  data: strict({
    source: mapOf(item('dataset'), { minProperties: 1, description: 'Domains that are trained on, by name' }),
    target: mapOf(item('dataset'), { default: {}, description: 'Domains that are only tested on, by name' }),
    follows: Type.Optional(
      Type.String({ minLength: 1, description: 'Protocol that source, target, splits and holdOut came from; `gradalign show` writes it' }),
    ),
    holdOut: Type.Number({
      minimum: 0,
      maximum: 0.9,
      default: 0.1,
      description: 'Share of the source subjects kept for thresholds and checkpoint choice',
    }),
    splits: strict(
      {
        source: Type.Array(split(), { minItems: 1, default: ['train'], description: 'Splits that are trained on' }),
        target: Type.Array(split(), { minItems: 1, default: ['test'], description: 'Splits that are tested on' }),
      },
      { default: {} },
    ),
    tolerate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Share of a domain that may be left out: missing, unreadable or of kinds that are not read, without a face, with unknown labels. Default: 0.01, and 0 for labels',
      }),
    ),
    image: strict(
      {
        size: Type.Integer({ minimum: 8, maximum: 4096, default: 256, description: 'Side in pixels' }),
        mean: Type.Array(Type.Number(), {
          minItems: 1,
          maxItems: 3,
          default: [0.485, 0.456, 0.406],
          description: 'Subtracted, by channel, in 0..1; one value makes images gray',
        }),
        std: Type.Array(Type.Number({ exclusiveMinimum: 0 }), { minItems: 1, maxItems: 3, default: [0.229, 0.224, 0.225], description: 'Divided by' }),
        interpolation: oneOf(interpolations, {
          default: 'bilinear',
          description:
            'How images are resized, and of augmentations that do not say: bilinear in one pass; bilinear-antialias and bicubic as torchvision has them, several times slower',
        }),
      },
      { default: {} },
    ),
    augment: Type.Array(item('augmentation'), { default: [], description: 'Drawn anew for each view' }),
    cacheMegabytes: Type.Integer({
      minimum: 0,
      maximum: 2 ** 20,
      default: 0,
      description: 'Memory for decoded images, so that later epochs need not read the files; 0: none. The numbers are the same',
    }),
    views: Type.Integer({ minimum: 1, maximum: 8, default: 1, description: 'Augmented views of each sample' }),
    sampling: oneOf(samplings, {
      default: 'balanced',
      description:
        'balanced: as data.batch.balance says; shuffle: all source videos in random order, once an epoch; round-robin: domains and labels in turns, as many of each as the longest list has, shuffled. Steps an epoch follow from it',
    }),
    batch: strict(
      {
        perDomain: Type.Integer({
          minimum: 1,
          maximum: 4096,
          default: 32,
          description: 'Samples of each domain in a step; without balance over domains, their mean: the last step of shuffle and round-robin has what is left',
        }),
        balance: Type.Array(oneOf(['domain', 'label']), {
          uniqueItems: true,
          default: ['domain', 'label'],
          description: 'What is equally frequent in a batch where data.sampling is balanced',
        }),
      },
      { default: {} },
    ),
  }),
  model: item('model'),
  losses: Type.Array(item('loss', { mayBeMissing: true }), { minItems: 1, description: 'One risk, and any number of auxiliary losses' }),
  optimizer: item<OptimizerNamed>('optimizer', {
    beside: {
      base: { ...item('updateRule', { mayBeMissing: true }), description: 'The update rule that the direction is handed to' },
      warmupEpochs: Type.Integer({ minimum: 0, maximum: 1e6, default: 0, description: 'Epochs of plain ERM before the method acts' }),
    },
  }),
  schedule: item('schedule', { mayBeMissing: true }),
  train: strict(
    {
      epochs: Type.Integer({ minimum: 0, maximum: 1e6, default: 50, description: '0: the initial weights are evaluated as they are' }),
      stepsPerEpoch: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1e7, description: 'Default: as many as it takes to see as many samples as there are source videos' }),
      ),
      freeze: mapOf(Type.Integer({ minimum: 0 }), {
        default: {},
        description: 'Pattern of weight names to the epoch at which they thaw: { "!head/**": 1 }. Those of losses are named losses/<loss>/<weight>',
      }),
      evaluateEvery: Type.Integer({
        minimum: 0,
        maximum: 1e6,
        default: 1,
        description: 'Evaluate on the held-out share every so many epochs; 0: only at the end',
      }),
      checkpointEvery: Type.Integer({ minimum: 1, maximum: 1e6, default: 1, description: 'Save every so many epochs' }),
      clipNorm: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'l2 norm that the final direction is clipped to' })),
      accumulate: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 65536,
          description:
            'Parts that each batch goes through the network in, for less memory: the same direction to rounding, but batch norm measures each part by itself. Default: 1, the batch as a whole',
        }),
      ),
      cosinesEvery: Type.Optional(
        Type.Integer({ minimum: 1, description: "Log the cosines between the domains' gradients at steps 0, n, 2n ...; default: never" }),
      ),
    },
    { default: {} },
  ),
  evaluate: strict(
    {
      metrics: Type.Array(item('metric'), { minItems: 1, [derivedKeyword]: true, description: 'Default: those that the losses name' }),
      frames: Type.Unsafe<number | 'random-1'>({
        anyOf: [
          { type: 'integer', minimum: 0, maximum: 1e6 },
          { type: 'string', enum: ['random-1'] },
        ],
        default: 10,
        description: 'Frames per video, evenly spread; 0: all; random-1: one at random, another in each evaluation of evaluate.target',
      }),
      aggregate: oneOf(['mean', 'median', 'max'], { default: 'mean', description: 'From frames to a video' }),
      batch: Type.Integer({ minimum: 1, maximum: 4096, default: 64, description: 'Images per forward pass' }),
      target: Type.Optional(
        strict(
          {
            every: Type.Integer({ minimum: 1, maximum: 1e6, description: 'Evaluate the target every so many epochs, and after the last' }),
            last: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 1e6, description: 'And after each of this many last epochs; the released code of GAC-FAS does with 10' }),
            ),
          },
          { description: 'Figures of the target during training, for the block `oracle` of the results alone; default: none' },
        ),
      ),
    },
    { default: {} },
  ),
  callbacks: Type.Array(item('callback'), { default: [] }),
  output: Type.Optional(Type.String({ minLength: 1, description: 'Folder of the run, relative to the working folder' })),
});

/**
 * An experiment as it is run: read, extended, overridden, validated, with every default filled in, deeply frozen. Ranges and meaning of the keys
 * are those of `experimentJsonSchema`.
 */
export type Experiment = DeepReadonly<Static<typeof experimentShape>>;

/** The keys under `optimizer` in addition to the optimizer's own options. */
export interface OptimizerNamed extends Named {
  /** The update rule that receives the direction. */
  readonly base: Named;
  /** Epochs of plain ERM before the method starts. */
  readonly warmupEpochs: number;
}

type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends Named
    ? T
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;

function item<T extends Named = Named>(kind: Kind, { beside = {}, mayBeMissing = false }: Partial<ItemPlace> = {}) {
  return Type.Unsafe<T>({ [itemKeyword]: { kind, beside, mayBeMissing } satisfies ItemPlace });
}

function strict<const P extends Record<string, TSchema>>(properties: P, options: ObjectOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

function oneOf<const V extends readonly string[]>(values: V, options: Record<string, unknown> = {}) {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options });
}

function split() {
  return oneOf(splits as readonly ['train', 'dev', 'test']);
}

function mapOf<S extends TSchema>(values: S, options: Record<string, unknown>) {
  return Type.Unsafe<Record<string, Static<S>>>({ type: 'object', additionalProperties: values, ...options });
}
