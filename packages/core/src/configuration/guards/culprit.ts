import { fileURLToPath } from 'node:url';
import type { PluginItem } from '../../contracts/plugin-error.ts';

/** Models and losses of plugins that were made in this process, by the URL of their module: what an objective runs. */
const made = new Map<string, PluginItem>();

/** Remembers a model or loss, for `culpritOf`. */
export function rememberItem(item: PluginItem): void {
  if (item.file !== undefined && (item.kind === 'model' || item.kind === 'loss')) made.set(item.file, item);
}

/** The model or loss of a plugin in whose module an error was thrown; undefined where it was thrown elsewhere. */
export function culpritOf(error: unknown): PluginItem | undefined {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n').filter((line) => /^\s*at /.test(line));
  return [...made].find(([file]) => frames.some((frame) => frame.includes(`${file}:`) || frame.includes(`${fileURLToPath(file)}:`)))?.[1];
}
