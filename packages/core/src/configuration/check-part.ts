import { Ajv, type ValidateFunction } from 'ajv';
import type { Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { type ConfigNode, renderPath, toPlain } from './config-node.ts';
import type { Schema } from './experiment-schema.ts';
import { explainError } from './explain-error.ts';

const ajv = new Ajv({ allErrors: true, strict: false, strictNumbers: true, useDefaults: true, verbose: true });
const compiled = new WeakMap<Schema, ValidateFunction>();

/** A part of a configuration that decides what the rest means, checked before the rest: its value with defaults, or undefined where something is wrong. */
export function checkPart<T>(node: ConfigNode, path: readonly string[], schema: Schema, catalogue: Catalogue, problems: Problem[]): T | undefined {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  const value = toPlain(node);
  if (validate(value)) return value as T;
  const above = renderPath(path);
  for (const error of validate.errors ?? []) {
    const problem = explainError(error, node, catalogue, () => undefined);
    if (problem) problems.push({ ...problem, path: `${above}${problem.path === '' || problem.path.startsWith('[') ? '' : '.'}${problem.path}` });
  }
  return undefined;
}
