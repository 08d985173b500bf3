import { interruptible } from '../../interruptible.ts';
import type { Terminal } from '../../terminal.ts';

/**
 * Runs a trial in a folder of its own, which is removed afterwards; where the trial fails and something was written, the folder is kept and its path is told.
 * The first Ctrl-C ends the trial with exit code 130.
 */
export async function inTemporaryFolder(prefix: string, terminal: Terminal, trial: (folder: string, signal: AbortSignal) => Promise<number>): Promise<number> {
  const [{ mkdtempSync, readdirSync, rmSync }, { tmpdir }, { join }] = await Promise.all([import('node:fs'), import('node:os'), import('node:path')]);
  const folder = mkdtempSync(join(tmpdir(), prefix));
  let keep = false;
  using interrupt = interruptible(terminal, 'stopping, and removing what was written');
  try {
    return await trial(folder, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    keep = readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('log.jsonl'));
    if (keep) terminal.warn(`what was written until then is kept in ${folder}`);
    throw error;
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}
