import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { cannot } from '../contracts/errors.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { suggestion } from './nearest-name.ts';

const ajv = new Ajv({ allErrors: true, strict: true, discriminator: true, useDefaults: true, formats: { path: true } });
const compiled = new WeakMap<object, ValidateFunction>();

/** Options of an item, checked against its schema, with its defaults: for whoever makes an item without a configuration file. */
export function completeOptions(item: AnyItem, options: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  let validate = compiled.get(item.options);
  if (!validate) {
    validate = ajv.compile(item.options);
    compiled.set(item.options, validate);
  }
  const filled = structuredClone(options);
  if (!validate(filled)) throw refused(item, validate.errors ?? []);
  return filled;
}

function refused(item: AnyItem, errors: readonly ErrorObject[]): Error {
  const refuse = (is: string, expected: string) => cannot(`make ${item.kind} '${item.name}'`, is, expected, { exitCode: 2 });
  const known = Object.keys((item.options as { readonly properties?: object }).properties ?? {});
  const unknown = errors.find(({ keyword, instancePath }) => keyword === 'additionalProperties' && instancePath === '')?.params['additionalProperty'];
  if (typeof unknown === 'string') return refuse(`it has no option '${unknown}'`, `one of ${known.join(', ') || 'none'}${suggestion(unknown, known)}`);
  const missing = errors.find(({ keyword, instancePath }) => keyword === 'required' && instancePath === '')?.params['missingProperty'];
  if (typeof missing === 'string') return refuse(`its option ${missing} is not given`, `${missing}${described(item, missing)}`);
  return refuse(ajv.errorsText([...errors], { dataVar: 'options' }), 'options that its schema allows');
}

function described({ options }: AnyItem, name: string): string {
  const { description } = (options as { readonly properties?: Readonly<Record<string, { readonly description?: string }>> }).properties?.[name] ?? {};
  return description === undefined ? '' : `: ${description}`;
}
