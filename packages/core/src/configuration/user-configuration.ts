import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { describeReadError, readBounded } from '@gradalign/pixels/files';
import { ConfigurationError, cannot, type Problem } from '../contracts/errors.ts';
import { problemAt } from './config-node.ts';
import { describe } from './explain-error.ts';
import { suggestion } from './nearest-name.ts';
import { maxYamlLength, readYaml } from './read-yaml.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a user sets for all experiments. */
export interface UserConfiguration {
  /** Packages, and absolute paths of files and folders, whose plugins may be loaded wherever they are named. */
  readonly trusted: readonly string[];
}

/** `$XDG_CONFIG_HOME/gradalign/config.yaml`, by default `~/.config/gradalign/config.yaml`. */
export function userConfigurationFile(env: Environment = process.env): string {
  const config = env['XDG_CONFIG_HOME'];
  return join(config && isAbsolute(config) ? config : join(homedir(), '.config'), 'gradalign', 'config.yaml');
}

/**
 * Reads the user's configuration; nothing is trusted where there is none. Paths are relative to the file, `~` is the home folder.
 *
 * @throws UserError, exit code 2, where the file cannot be read; ConfigurationError where it holds anything else.
 */
export function readUserConfiguration(env: Environment = process.env): UserConfiguration {
  const file = userConfigurationFile(env);
  let text: string;
  try {
    text = readBounded(file, 4 * maxYamlLength).toString();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return { trusted: [] };
    throw cannot(`read ${file}`, describeReadError(cause), 'a YAML file', { cause, exitCode: 2 });
  }
  if (text.trim() === '') return { trusted: [] };
  const root = readYaml(text, file, env);
  const problems: Problem[] = [];
  const trusted: string[] = [];
  if (root.kind !== 'map') throw new ConfigurationError([problemAt(root.at, '', `found ${describe(root)}, expected trusted: [packages and paths]`)]);
  for (const [key, { at, node }] of root.entries) {
    if (key !== 'trusted') problems.push(problemAt(at, [key], `'${key}' is not known here, expected trusted${suggestion(key, ['trusted'])}`));
    else if (node.kind !== 'list') problems.push(problemAt(node.at, [key], `found ${describe(node)}, expected a list of packages and paths`));
    else {
      for (const [i, item] of node.items.entries()) {
        if (item.kind === 'scalar' && typeof item.value === 'string' && item.value.trim() !== '') trusted.push(absolute(item.value, dirname(file)));
        else problems.push(problemAt(item.at, [key, String(i)], `found ${describe(item)}, expected a package or a path`));
      }
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { trusted };
}

/** Paths start with a dot, a slash or `~`; anything else is a package. */
function absolute(entry: string, folder: string): string {
  if (entry === '~' || entry.startsWith('~/')) return join(homedir(), entry.slice(1));
  return entry.startsWith('.') ? resolve(folder, entry) : entry;
}
