import type { Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { compileSchema, type Schema } from './compile-schema.ts';
import { type ConfigNode, renderPath, toPlain } from './config-node.ts';
import { explainError } from './explain-error.ts';

/** Validates a part of a configuration on which the meaning of the rest depends. Returns its value with defaults, or undefined where `problems` has grown. */
export function checkPart<T>(node: ConfigNode, path: readonly string[], schema: Schema, catalogue: Catalogue, problems: Problem[]): T | undefined {
  const validate = compileSchema(schema);
  const value = toPlain(node);
  if (validate(value)) return value as T;
  const above = renderPath(path);
  for (const error of validate.errors ?? []) {
    const problem = explainError(error, node, catalogue, () => undefined);
    if (problem) problems.push({ ...problem, path: `${above}${problem.path === '' || problem.path.startsWith('[') ? '' : '.'}${problem.path}` });
  }
  return undefined;
}
