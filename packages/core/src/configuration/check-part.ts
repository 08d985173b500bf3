import type { Problem } from '../contracts/errors.ts';
import type { Catalogue } from './catalogue.ts';
import { compileSchema, type Schema } from './compile-schema.ts';
import { type ConfigNode, renderPath } from './config-node.ts';
import { explainError } from './explain-error.ts';
import { settleTexts } from './settle-texts.ts';

/** Validates a part of a configuration on which the meaning of the rest depends. Returns its value with defaults, or undefined where `problems` has grown. */
export function checkPart<T>(node: ConfigNode, path: readonly string[], schema: Schema, catalogue: Catalogue, problems: Problem[]): T | undefined {
  const { node: settled, value, errors } = settleTexts(node, compileSchema(schema));
  if (errors.length === 0) return value as T;
  const above = renderPath(path);
  for (const error of errors) {
    const problem = explainError(error, settled, catalogue, () => undefined);
    if (problem)
      problems.push({ ...problem, path: `${above}${above === '' || problem.path === '' || problem.path.startsWith('[') ? '' : '.'}${problem.path}` });
  }
  return undefined;
}
