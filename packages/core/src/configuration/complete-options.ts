import type { ErrorObject } from 'ajv';
import { cannot } from '../contracts/errors.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { applyOverrides } from './apply-overrides.ts';
import { compileSchema } from './compile-schema.ts';
import { type MapNode, toPlain } from './config-node.ts';
import { suggestion } from './nearest-name.ts';
import { settleTexts } from './settle-texts.ts';

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

/**
 * The options that texts of the form `option=value` set, as `--set` has them: `[...]` and `{...}` are YAML; other text stays as it is, unless the option
 * is a number or a boolean. Not complete: pass them through `completeOptions`.
 *
 * @throws ConfigurationError where a text sets nothing.
 */
export function optionsFromTexts(item: AnyItem, texts: readonly string[]): Readonly<Record<string, unknown>> {
  const nothing: MapNode = { kind: 'map', at: { file: '--set', line: 1, column: 1 }, entries: new Map() };
  // Without the schema's defaults: `completeOptions` fills them in.
  const { node } = settleTexts(applyOverrides(nothing, texts, process.env), compileSchema(item.options));
  return toPlain(node) as Readonly<Record<string, unknown>>;
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
