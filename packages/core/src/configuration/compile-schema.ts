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
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate;
}
