import type { ErrorObject } from 'ajv';
import { cannot } from '../contracts/errors.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { compileSchema } from './compile-schema.ts';
import { suggestion } from './nearest-name.ts';

/**
 * Validates options against an item's schema and fills in its defaults: for making an item without a configuration file. Returns a copy.
 *
 * @throws UserError, exit code 2, with a suggestion where an option is misspelled.
 */
export function completeOptions(item: AnyItem, options: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const validate = compileSchema(item.options);
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
  return refuse(errors.map(({ instancePath, message }) => `options${instancePath} ${message}`).join(', '), 'options that its schema allows');
}

function described({ options }: AnyItem, name: string): string {
  const { description } = (options as { readonly properties?: Readonly<Record<string, { readonly description?: string }>> }).properties?.[name] ?? {};
  return description === undefined ? '' : `: ${description}`;
}
