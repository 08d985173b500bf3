import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannot } from '../contracts/errors.ts';
import { recall } from './trust-store.ts';
import { readUserConfiguration, userConfigurationFile } from './user-configuration.ts';

/** Whose code an experiment may run. */
export interface PluginTrust {
  /** Why a plugin must not be loaded, and what would allow it; undefined where it may. `file`: absolute path of its module. */
  refusal(plugin: { readonly specifier: string; readonly writtenIn: string; readonly file: string }): string | undefined;
}

/** What `createPluginTrust` takes. */
export interface PluginTrustOptions {
  /** The experiment's file. */
  readonly experiment: string;
  /** The file belongs to a run, which may have come from anywhere: it vouches for nothing. Default: whether a run's files stand beside it. */
  readonly isRun?: boolean | undefined;
  /** Folder whose files count as the user's own; default: that of the experiment. */
  readonly project?: string | undefined;
  /** Packages, files and folders that the user trusts, relative to the working folder; besides those of his configuration. */
  readonly trust?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Plugins are code. Without a word load: packages that the user's own files name, and files beside or below the experiment that he names. His own files
 * are those in the experiment's folder and below it, `node_modules` and run folders excepted. Everything else has to be trusted: by `--trust`, by the
 * user's configuration, or because this user trained with the same module before.
 */
export function createPluginTrust({ experiment, isRun, project, trust = [], env }: PluginTrustOptions): PluginTrust {
  // As a path it would be the working folder, with all below it.
  if (trust.some((entry) => entry.trim() === ''))
    throw cannot('trust a plugin', '--trust is empty (a variable is not set, perhaps)', 'a path or the name of a package', { exitCode: 2 });
  const folder = real(dirname(resolve(experiment)));
  const root = project === undefined ? folder : real(resolve(project));
  const fromRun = isRun ?? holdsRun(folder);
  const vouches = (file: string) => !fromRun && isOwn(real(file), root);
  let trusted: readonly string[] | undefined;
  const isTrusted = (specifier: string, file: string) => {
    trusted ??= [...trust, ...readUserConfiguration(env).trusted];
    return trusted.some((entry) => entry === specifier || isWithin(file, real(pathOf(entry))));
  };
  return {
    refusal({ specifier, writtenIn, file }) {
      const path = real(file);
      const isFile = isPluginFile(specifier);
      // An override is typed by the user, or written in his study, where the experiment's own file would be.
      const writer = writtenIn.startsWith('--set') ? experiment : resolve(writtenIn);
      if (vouches(writer) && (!isFile || isOwn(path, root))) return undefined;
      if (isTrusted(specifier, path)) return undefined;
      const known = recall(path, env);
      if (known === 'same') return undefined;
      const why = fromRun
        ? `it is named by a run's folder${known === 'changed' ? ', and has changed since you trained with it' : ''}`
        : vouches(writer)
          ? `it lies outside ${root}`
          : `it is named by ${writer}, which is not one of your own files (those below ${root})`;
      const what = isFile ? path : specifier;
      return `plugin '${specifier}' is not loaded: it would run the code of ${path}, and ${why}; expected --trust ${/^[\w@./-]+$/.test(what) ? what : JSON.stringify(what)} where you trust it, or trusted: in ${userConfigurationFile(env)}`;
    },
  };
}

/** Whether a plugin is named by its file, not by its package. */
export function isPluginFile(specifier: string): boolean {
  return specifier.startsWith('.') || isAbsolute(specifier) || specifier.startsWith('file:');
}

/** Whether a folder holds what a run leaves beside its `experiment.yaml`. */
export function holdsRun(folder: string): boolean {
  return ['checkpoints', 'results.json', 'log.jsonl', 'environment.json'].some((name) => existsSync(join(folder, name)));
}

/** Below the root, not in a package that is installed there, and not in a run's folder. */
function isOwn(path: string, root: string): boolean {
  if (!isWithin(path, root)) return false;
  const parts = relative(root, path).split(sep).slice(0, -1);
  if (parts.includes('node_modules')) return false;
  return !parts.some((_, i) => holdsRun(join(root, ...parts.slice(0, i + 1))));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function pathOf(entry: string): string {
  return entry.startsWith('file:') ? fileURLToPath(entry) : resolve(entry);
}

/** Without links; as it is where nothing is there. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
