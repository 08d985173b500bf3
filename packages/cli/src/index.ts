export { interruptible } from './interruptible.ts';
export { main } from './main.ts';
export type { Output, OutputOptions, OutputStream } from './output.ts';
export type { ProgressRow } from './progress-block.ts';
export { createTerminal, type Terminal } from './terminal.ts';
