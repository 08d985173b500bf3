import { kinds } from '../contracts/plugin.ts';
import { describeValue } from '../contracts/plugin-error.ts';
import { compileSchema } from './compile-schema.ts';

/** What is wrong with a module's default export. */
export interface PluginFault {
  readonly is: string;
  readonly expected: string;
}

/** Why a value is no plugin; undefined for one that is. Looks at what each item declares, so that a mistake shows where the plugin is loaded. */
export function pluginFault(value: unknown): PluginFault | undefined {
  const expected = 'definePlugin({ name, items })';
  if (typeof value !== 'object' || value === null) return { is: `has ${value === undefined ? 'no default export' : 'another default export'}`, expected };
  const { name, items } = value as { name?: unknown; items?: unknown };
  if (typeof name !== 'string' || name === '') return { is: `is a plugin of the name ${describeValue(name)}`, expected };
  if (!Array.isArray(items)) return { is: `has items as ${describeValue(items)}`, expected };
  for (const [i, item] of items.entries()) {
    const fault = itemFault(item, `item ${i}`);
    if (fault) return fault;
  }
  const twice = items.find(({ kind, name: own }, i) => items.findIndex((other) => other.kind === kind && other.name === own) !== i);
  return twice ? { is: `offers ${twice.kind} '${twice.name}' twice`, expected: 'each name once' } : undefined;
}

function itemFault(item: unknown, where: string): PluginFault | undefined {
  if (typeof item !== 'object' || item === null) return { is: `has ${where} as ${describeValue(item)}`, expected: 'an item: defineOptimizer(...), say' };
  const { kind, name, summary, options, create, ...own } = item as Record<string, unknown>;
  if (!kinds.some((known) => known === kind)) return { is: `has ${where} of the kind ${describeValue(kind)}`, expected: `one of ${kinds.join(', ')}` };
  if (typeof name !== 'string' || !/^[^\s\p{Cc}=][^\s\p{Cc}]*$/u.test(name))
    return { is: `has ${where} with the name ${describeValue(name)}`, expected: 'text in kebab case' };
  const of = (is: string, expected: string): PluginFault => ({ is: `offers ${String(kind)} '${name}' ${is}`, expected });
  if (typeof create !== 'function') return of(`with create as ${describeValue(create)}`, 'a function');
  if (typeof summary !== 'string') return of(`with the summary ${describeValue(summary)}`, 'text of one line');
  if (typeof options !== 'object' || options === null || (options as { type?: unknown }).type !== 'object')
    return of(`with options as ${describeValue(options)}`, 'Type.Object({ ... }, { additionalProperties: false })');
  try {
    compileSchema(options);
  } catch (error) {
    return of(`with options that are no schema (${(error as Error).message.split('\n')[0]})`, 'Type.Object({ ... }, { additionalProperties: false })');
  }
  if (kind === 'optimizer' && own['cost'] !== undefined) {
    const cost = (typeof own['cost'] === 'object' && own['cost'] !== null ? own['cost'] : {}) as Record<string, unknown>;
    const lacking = ['forwards', 'backwards', 'weightCopies'].find((each) => typeof cost[each] !== 'function');
    if (lacking !== undefined) return of(`without cost.${lacking}`, 'cost: { forwards, backwards, weightCopies }, functions of the number of domains');
  }
  if (kind === 'metric') {
    if (own['classes'] !== 'binary' && own['classes'] !== 'any') return of(`with classes as ${describeValue(own['classes'])}`, "'binary' or 'any'");
    if (own['better'] !== 'higher' && own['better'] !== 'lower') return of(`with better as ${describeValue(own['better'])}`, "'higher' or 'lower'");
  }
  return undefined;
}
