export { main } from './main.ts';
export type { Output, OutputStream } from './output.ts';
