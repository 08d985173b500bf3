// node dist/main.js [--config <file>]
import { parseArgs } from 'node:util';
import { cannot, UserError } from '@gradalign/core/settings';
import { readSettings } from './settings.ts';
import { startService } from './start-service.ts';

const help = `Usage: node dist/main.js [--config <file.yaml>]

Checks faces with an exported model over HTTP. Settings come from the file, and from variables, which override it:
GRADALIGN__MODEL=door.onnx GRADALIGN__PORT=8080 GRADALIGN__LIMITS__CLIP_SECONDS=10. README.md lists them.

Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failed, 2 wrong usage or configuration.`;

const say = (message: string) => process.stderr.write(`${message}\n`);

try {
  const options = readOptions();
  if (options.help) console.log(help);
  else await serve(options.config);
} catch (error) {
  say(error instanceof UserError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(error instanceof UserError ? error.exitCode : 1);
}

async function serve(config: string | undefined): Promise<void> {
  const service = await startService(readSettings(config), say);
  const { address, port } = service.address;
  say(`Listening on ${address.includes(':') ? `[${address}]` : address}:${port}`);
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    say(`Stopping after ${signal}; a second one stops at once`);
    service.stop().then(
      () => process.exit(0),
      (error: Error) => {
        say(error.stack ?? error.message);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}

function readOptions(): { readonly config?: string; readonly help?: boolean } {
  try {
    return parseArgs({ options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw cannot('read the options', (error as Error).message.split('.')[0] ?? '', `what --help shows\n\n${help}`, { exitCode: 2 });
  }
}
