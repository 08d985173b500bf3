import type { Catalogue } from '../configuration/catalogue.ts';
import type { Schema } from '../configuration/compile-schema.ts';
import { experimentJsonSchema } from '../configuration/json-schema.ts';
import type { studyKeys } from './load-study.ts';
import { defaultHalvingFactor, defaultSearchSeed, type halvingKeys, maxTrials, type ownSearchKeys, type rangeKinds, type searchKeys } from './read-search.ts';

/**
 * The JSON Schema (draft-07) of study files with the items of a catalogue, for the YAML language server. A method may set any part of an experiment, a
 * part of a block, or a path such as `optimizer.rho`. Plain JSON.
 */
export function studyJsonSchema(catalogue: Catalogue): Schema {
  const { properties } = partial(experimentJsonSchema(catalogue)) as { properties: Record<string, Schema> };
  const { seed: _, extends: __, ...settable } = properties;
  const names = (description: string) => ({
    anyOf: [
      { type: 'array', minItems: 1, uniqueItems: true, items: { type: ['string', 'number'] } },
      { type: 'string', minLength: 1 },
    ],
    description,
  });
  const text = (description: string) => ({ type: 'string', minLength: 1, description });
  const own: Record<(typeof studyKeys)[number], Schema> = {
    experiment: text('Experiment that all runs share, relative to this file'),
    leaveOut: names('Domains that are the target in turn, or all (the default)'),
    protocols: names('In place of leaveOut: protocols in turn'),
    methods: {
      type: 'object',
      minProperties: 1,
      description: 'What each method changes in the experiment',
      additionalProperties: {
        type: 'object',
        properties: { ...settable, search: ownSearch },
        patternProperties: { '^[A-Za-z]\\w*[.\\[]': { description: 'A path in the experiment: optimizer.rho' } },
        additionalProperties: false,
      },
    },
    seeds: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'integer', minimum: 0 }, default: [0], description: 'A run of each' },
    output: text('Folder of the runs, relative to this file; default: runs/<name of this file>'),
    baseline: text('Method that the others are tested against'),
    published: names('YAML files of published figures, relative to this file'),
    search,
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'gradalign study',
    type: 'object',
    properties: { extends: properties['extends'], ...own },
    // A file that extends another may have its keys there.
    additionalProperties: false,
  };
}

/** Of paths to ranges. */
function rangesSchema(removable: boolean): Schema {
  const bounds = (type: string, more: Schema = {}) => ({ type: 'array', minItems: 2, maxItems: 2, items: { type, ...more } });
  const kinds: Record<(typeof rangeKinds)[number], Schema> = {
    log: bounds('number', { exclusiveMinimum: 0 }),
    linear: bounds('number'),
    integer: bounds('integer'),
    choice: { type: 'array', minItems: 2, uniqueItems: true },
  };
  const range = { type: 'object', properties: kinds, additionalProperties: false, minProperties: 1, maxProperties: 1 };
  return {
    type: 'object',
    description: 'Paths in the experiment with their ranges',
    additionalProperties: removable ? { anyOf: [range, { type: 'null' }] } : range,
  };
}

const searchProperties: Record<(typeof searchKeys)[number], Schema> = {
  trials: { type: 'integer', minimum: 1, maximum: maxTrials, description: 'Of each method on each target' },
  of: rangesSchema(false),
  choose: { type: 'string', minLength: 1, description: 'Metric on the held-out share of the source domains' },
  per: {
    anyOf: [{ type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: { enum: ['method', 'protocol'] } }, { const: 'method' }],
    default: ['method', 'protocol'],
    description: 'One choice for each target, or over all of them',
  },
  seed: { type: 'integer', minimum: 0, default: defaultSearchSeed, description: 'Of the draws, and of every trial' },
  halving: {
    type: 'object',
    properties: {
      from: { type: 'integer', minimum: 1, description: 'Epochs after which trials are first compared' },
      factor: { type: 'integer', minimum: 2, default: defaultHalvingFactor, description: 'One of so many goes on, to as many times the epochs' },
    } satisfies Record<(typeof halvingKeys)[number], Schema>,
    required: ['from'],
    additionalProperties: false,
    description: 'Successive halving: trials that are behind are left early',
  },
};
const search: Schema = {
  type: 'object',
  properties: searchProperties,
  additionalProperties: false,
  required: ['trials', 'choose'],
  description: 'Settings that trials choose on source data before the runs',
};
const ownProperties: Record<(typeof ownSearchKeys)[number], Schema> = { of: rangesSchema(true) };
const ownSearch: Schema = {
  type: 'object',
  properties: ownProperties,
  required: ['of'],
  additionalProperties: false,
  description: 'Ranges that this method adds, replaces, or (null) leaves out',
};

/** Nothing is required, and what is left out may stand in the experiment: a part of a block suits several items. */
function partial(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(partial);
  if (typeof value !== 'object' || value === null) return value;
  const { required: _, oneOf, ...rest } = value as Schema & { oneOf?: unknown };
  const kept = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, key === 'default' || key === 'enum' ? inner : partial(inner)]));
  return oneOf === undefined ? kept : { ...kept, anyOf: partial(oneOf) };
}
