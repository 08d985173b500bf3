import { Ajv, type ValidateFunction } from 'ajv';

/** A JSON Schema (draft-07). */
export type Schema = Record<string, unknown>;

/** The only validator of configurations: fills in defaults, finds every error at once, and keeps schema and value with each. */
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  strictNumbers: true,
  discriminator: true,
  useDefaults: true,
  verbose: true,
  formats: { path: true },
  // A schema validates a few values in the life of a process: optimizing its code takes as long as writing it.
  code: { optimize: false },
});

const compiled = new WeakMap<object, ValidateFunction>();

/** Compiles a schema, once per schema object. The function fills defaults into the value that it validates. */
export function compileSchema(schema: object): ValidateFunction {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(anyKeys(schema) as object);
    compiled.set(schema, validate);
  }
  return validate;
}

/** `Type.Record` asks for keys that match `^(.*)$`, which a key with a line break does not: its value would not be looked at. */
function anyKeys(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(anyKeys);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { patternProperties, ...rest } = schema as Schema;
  const all = Object.entries(rest).map(([key, value]): [string, unknown] => [
    key,
    key === 'default' || key === 'examples' || key === 'const' ? value : anyKeys(value),
  ]);
  if (patternProperties === undefined) return Object.fromEntries(all);
  const { '^(.*)$': any, ...others } = patternProperties as Schema;
  const kept = Object.keys(others).length > 0 ? { patternProperties: anyKeys(others) } : {};
  return { ...Object.fromEntries(all), ...kept, ...(any === undefined ? {} : { additionalProperties: anyKeys(any) }) };
}
