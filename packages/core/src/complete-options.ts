import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { cannot } from './errors.ts';
import type { AnyItem } from './plugin.ts';

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
  if (!validate(filled))
    throw cannot(`make ${item.kind} '${item.name}'`, describe(validate.errors ?? []), 'options that its schema allows', {
      exitCode: 2,
    });
  return filled;
}

function describe(errors: readonly ErrorObject[]): string {
  return errors
    .map(({ instancePath, message, params }) => {
      const surplus = (params as { additionalProperty?: string }).additionalProperty;
      return surplus === undefined ? `options${instancePath} ${message}` : `options have '${surplus}'`;
    })
    .join(', ');
}
