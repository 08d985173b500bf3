import type { DatasetDefinition } from '../contracts/dataset.ts';
import type { OptimizerDefinition } from '../contracts/optimizer.ts';
import type { Kind } from '../contracts/plugin.ts';
import type { Catalogue } from './catalogue.ts';

/** What `gradalign list` shows of an item. Plain JSON. */
export interface DescribedItem {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  /** Of a data set: the files that it expects below its root. */
  readonly layout?: string;
  /** Name of the plugin that offers it. */
  readonly package: string;
  readonly options: readonly DescribedOption[];
  /** Of an optimizer: passes and copies of the weights in one step with k domains, as formulas: `2k + 1`. */
  readonly cost?: { readonly forwards: string; readonly backwards: string; readonly weightCopies: string };
}

/** An option of an item. */
export interface DescribedOption {
  readonly name: string;
  /** `number`, `string | number`, `list of string`, or the allowed values: `mean | median | max`. */
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  /** `>= 0, < 1`; absent without limits. */
  readonly range?: string;
  readonly description?: string;
}

type Property = Readonly<Record<string, unknown>> & {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly type?: string };
  readonly anyOf?: readonly { readonly type?: string }[];
};

/** Describes every item of a catalogue, in its order. */
export function describeCatalogue(catalogue: Catalogue): DescribedItem[] {
  return catalogue.all.map(({ item, package: from }) => {
    const { properties = {}, required = [] } = item.options as { properties?: Record<string, Property>; required?: readonly string[] };
    const { cost } = item as unknown as Partial<OptimizerDefinition>;
    const { layout } = item as unknown as Partial<DatasetDefinition>;
    return {
      kind: item.kind,
      name: item.name,
      summary: item.summary,
      ...(item.paper === undefined ? {} : { paper: item.paper }),
      ...(layout === undefined ? {} : { layout }),
      package: from,
      options: Object.entries(properties).map(([name, property]) => describeOption(name, property, required)),
      ...(cost ? { cost: { forwards: linear(cost.forwards), backwards: linear(cost.backwards), weightCopies: linear(cost.weightCopies) } } : {}),
    };
  });
}

function describeOption(name: string, property: Property, required: readonly string[]): DescribedOption {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, description } = property;
  const range = [
    ...(minimum === undefined ? [] : [`>= ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`<= ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`< ${exclusiveMaximum}`]),
  ].join(', ');
  const type = property.enum
    ? property.enum.join(' | ')
    : property.type === 'array'
      ? `list of ${property.items?.type ?? 'values'}`
      : (property.type ?? property.anyOf?.map((one) => one.type ?? 'value').join(' | ') ?? 'value');
  const fallback = property['default'];
  return {
    name,
    type,
    required: fallback === undefined && required.includes(name),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(range === '' ? {} : { range }),
    ...(typeof description === 'string' ? { description } : {}),
  };
}

/** The formula of a linear function of k, `2k + 1`; its first values where it is not linear. */
function linear(of: (domains: number) => number): string {
  const [one, two, three] = [of(1), of(2), of(3)];
  const slope = two - one;
  const offset = one - slope;
  if (three !== offset + 3 * slope) return `${[one, two, three].map((value) => Number(value.toFixed(2))).join(', ')} ... for 1, 2, 3 ... domains`;
  const domains = slope === 0 ? '' : slope === 1 ? 'k' : `${slope}k`;
  return domains === '' ? String(offset) : offset === 0 ? domains : `${domains} + ${offset}`;
}
