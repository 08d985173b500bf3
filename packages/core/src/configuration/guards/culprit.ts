import { fileURLToPath } from 'node:url';
import { describeThrown, PluginError, type PluginItem } from '../../contracts/plugin-error.ts';

/** Items of plugins that were made in this process, by the URL of their module. */
const made = new Map<string, PluginItem[]>();

/** Remembers an item, for `culpritOf` and `strayFault`. */
export function rememberItem(item: PluginItem): void {
  if (item.file === undefined) return;
  const others = made.get(item.file) ?? [];
  if (!others.some(({ kind, name }) => kind === item.kind && name === item.name)) made.set(item.file, [...others, item]);
}

/** The model or loss of a plugin, which an objective runs, in whose module an error was thrown; undefined where it was thrown elsewhere. */
export function culpritOf(error: unknown): PluginItem | undefined {
  return itemsOf(error).find(({ kind }) => kind === 'model' || kind === 'loss');
}

/** What was thrown where nothing waits for it (a promise without `catch`, a timer), as the fault of the plugin in whose module it was; undefined where it was elsewhere. */
export function strayFault(error: unknown): PluginError | undefined {
  const [item] = itemsOf(error);
  if (!item) return undefined;
  const is = `throws ${describeThrown(error)} where nothing waits for it`;
  return new PluginError(item, 'its module', is, 'promises that are awaited and errors that are caught', { cause: error });
}

function itemsOf(error: unknown): readonly PluginItem[] {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n').filter((line) => /^\s*at /.test(line));
  return [...made]
    .filter(([file]) => frames.some((frame) => frame.includes(`${file}:`) || frame.includes(`${fileURLToPath(file)}:`)))
    .flatMap(([, items]) => items);
}
