import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import { createCatalogue } from './catalogue.ts';
import { checkPart } from './check-part.ts';
import type { Schema } from './compile-schema.ts';
import { nodeAt, problemAt } from './config-node.ts';
import { describe } from './explain-error.ts';
import { readConfigFile } from './read-file.ts';

/** Options of `readSettings`. */
export interface ReadSettingsOptions<T> {
  /** For `${NAME}` in the file; default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where files that it extends are also looked for. */
  readonly resolveFrom?: readonly string[];
  /** What a schema cannot say of a value that fits it: calls `refuse` with the path of what is wrong and what is expected there. */
  readonly check?: (settings: T, refuse: (path: readonly string[], expected: string) => void) => void;
}

/**
 * Reads a YAML file of settings that a schema describes, defaults filled in.
 *
 * @param schema JSON Schema (draft-07) of a map.
 * @throws ConfigurationError with every problem at once, each at its line and column; UserError, exit code 2, if the file cannot be read.
 */
export function readSettings<T>(file: string, schema: Schema, { env = process.env, resolveFrom = [], check }: ReadSettingsOptions<T> = {}): T {
  const root = readConfigFile(file, { env, resolveFrom });
  const problems: Problem[] = [];
  const settings = checkPart<T>(root, [], schema, createCatalogue([]), problems);
  if (settings !== undefined)
    check?.(settings, (path, expected) => {
      const { node } = nodeAt(root, path);
      problems.push(problemAt(node.at, path, `found ${describe(node)}, expected ${expected}`));
    });
  if (settings === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return settings;
}
