import { showControls } from '@gradalign/core/rendering';
import { reportError } from './report-error.ts';

/**
 * Watches the process of a command until it has finished. What is thrown where nothing waits for it (a promise without `catch`, a timer) ends it with a
 * message that names the plugin, where it was one; a plugin that ends the process, or waits for what never comes, does not pass for success.
 */
export function watchProcess(): { finished(): void } {
  const print = (text: string) => void process.stderr.write(`${text}\n`);
  const debug = process.argv.includes('--debug') || !['', '0'].includes(process.env['DEBUG'] ?? '');
  const onStray = (error: unknown) => {
    void import('@gradalign/core').then(({ strayFault }) => {
      finished();
      process.exit(reportError(strayFault(error) ?? error, (text) => print(showControls(text)), { debug }));
    });
  };
  const onExit = (code: number) => {
    // The second Ctrl-C.
    if (code === 130) return;
    print('Cannot finish: the process was ended before the command was done, by process.exit() or a promise that never settles, most likely in a plugin.');
    process.exitCode = 1;
  };
  process.on('uncaughtException', onStray);
  process.on('exit', onExit);
  function finished(): void {
    process.off('uncaughtException', onStray);
    process.off('exit', onExit);
  }
  return { finished };
}
