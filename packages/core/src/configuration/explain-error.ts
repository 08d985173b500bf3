import type { ErrorObject } from 'ajv';
import type { Problem } from '../contracts/errors.ts';
import type { Kind } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConfigNode, nodeAt, problemAt, renderPath, toPlain, useOf } from './config-node.ts';
import { suggestion } from './nearest-name.ts';
import { pathOf } from './settle-texts.ts';

/** An error of ajv as a problem with its place: `<what was found>, expected <what should be>`. Undefined for errors that only follow from another. */
export function explainError(
  error: ErrorObject,
  root: ConfigNode,
  catalogue: Catalogue,
  kindAt: (path: readonly string[]) => Kind | undefined,
): Problem | undefined {
  const path = pathOf(error);
  const params = error.params as Record<string, unknown>;
  const { node, key } = nodeAt(root, path);
  if (error.keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const at = (node.kind === 'map' ? node.entries.get(name)?.at : undefined) ?? node.at;
    return problemAt(at, [...path, name], unknownKey(name, error, node, catalogue, kindAt(path)));
  }
  // normalizeNamed has reported that already.
  if (error.keyword === 'required' && params['missingProperty'] === 'use') return undefined;
  if (error.keyword === 'required') return problemAt(key ?? node.at, path, `'${String(params['missingProperty'])}' is missing, expected it here`);
  if (error.keyword === 'discriminator' || error.keyword === 'oneOf' || error.keyword === 'if') return undefined;
  if (error.keyword === 'type' && node.kind === 'scalar' && node.broken !== undefined) return problemAt(node.at, path, node.broken);
  return problemAt(node.at, path, `found ${describe(node)}, expected ${expected(error, params, node)}${grid(error, path, node)}`);
}

/** Several values where one is expected are a study. */
function grid({ keyword, params }: ErrorObject, path: readonly string[], node: ConfigNode): string {
  if (keyword !== 'type' || node.kind !== 'list' || !['number', 'integer'].includes(String(params['type']))) return '';
  const values = node.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'number' ? [item.value] : [])).slice(0, 2);
  if (values.length === 0) return '';
  if (path.join('.') === 'seed') return `; several values are a study (gradalign compare): seeds: [${values.join(', ')}]`;
  return `; several values are a study (gradalign compare), each a method: ${values.map((value) => `m${value}: { ${renderPath(path)}: ${value} }`).join(', ')}`;
}

/** Keys that are resolved before validation; a misspelled key may mean one of them. */
const resolvedBefore = ['protocol', 'protocols', 'domains', 'leaveOut', 'extends'];

function unknownKey(name: string, error: ErrorObject, node: ConfigNode, catalogue: Catalogue, kind: Kind | undefined): string {
  const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
  const owners = kind ? catalogue.items(kind).filter(({ item }) => name in ((item.options as { properties?: object }).properties ?? {})) : [];
  const belongs = owners.length > 0 ? `; it belongs to ${kind} ${owners.map(({ item }) => item.name).join(', ')}` : '';
  const of = useOf(node);
  return `${of === undefined ? '' : `'${of}' has no option `}'${name}'${of === undefined ? ' is not known here' : ''}, expected one of ${known.join(', ')}${belongs || suggestion(name, [...known, ...resolvedBefore])}`;
}

/** What a value is, for messages: `text "abc"`, `the number -1`, `nothing`. */
export function describe(node: ConfigNode): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'map') return node.entries.size === 0 ? 'an empty map' : 'a map';
  const { value } = node;
  if (value === null) return 'nothing';
  return typeof value === 'string'
    ? `text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`
    : typeof value === 'number'
      ? `the number ${value}`
      : String(value);
}

const types: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
};

function expected(error: ErrorObject, params: Record<string, unknown>, node: ConfigNode): string {
  switch (error.keyword) {
    case 'type':
      return String(params['type'])
        .split(',')
        .map((type) => types[type] ?? type)
        .join(' or ');
    case 'enum': {
      const values = (params['allowedValues'] as unknown[]).map(String);
      return `one of ${values.join(', ')}${suggestion(String(toPlain(node)), values)}`;
    }
    case 'const':
      return JSON.stringify(params['allowedValue']);
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `a number ${String(params['comparison'])} ${String(params['limit'])}`;
    case 'minItems':
      return `at least ${String(params['limit'])} of them`;
    case 'maxItems':
      return `at most ${String(params['limit'])} of them`;
    case 'minProperties':
      return `at least ${String(params['limit'])} entry`;
    case 'anyOf':
      return scalarsOf(error)?.map(describeScalar).join(' or ') ?? `something that ${error.message ?? error.keyword}`;
    case 'minLength':
      return 'some text';
    case 'uniqueItems':
      return 'each item once';
    default:
      return `something that ${error.message ?? error.keyword}`;
  }
}

/** A schema of numbers or texts. */
interface ScalarSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Errors without those of single alternatives where a value may be one of several numbers or texts: what is expected is said once. */
export function withoutAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const whole = errors.filter((error) => scalarsOf(error) !== undefined);
  return errors.filter((error) => !whole.some((one) => error.instancePath === one.instancePath && error.schemaPath.startsWith(`${one.schemaPath}/`)));
}

function scalarsOf({ keyword, parentSchema }: ErrorObject): readonly ScalarSchema[] | undefined {
  if (keyword !== 'anyOf') return undefined;
  const { anyOf = [] } = parentSchema as { readonly anyOf?: readonly ScalarSchema[] };
  return anyOf.every(({ type = '' }) => ['number', 'integer', 'string', 'boolean'].includes(type)) ? anyOf : undefined;
}

function describeScalar({ type = '', enum: values, minimum, maximum }: ScalarSchema): string {
  if (values) return values.join(', ');
  const range = minimum === undefined || maximum === undefined ? '' : ` from ${minimum} to ${maximum}`;
  return `${types[type] ?? type}${range}`;
}
