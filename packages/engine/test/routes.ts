import { preferredEngine } from '../src/installed/installed-engine.ts';

const onWasm = process.env['GRADALIGN_ENGINE'] === 'wasm';

/** Whether the tests compute on the native engine, the only one that runs our own kernels. */
export const isNative = !onWasm && preferredEngine().state === 'ready';

/** The routes that operations can take. On wasm there is only one. */
export const routes: readonly ('fused' | 'plain')[] = onWasm ? ['plain'] : ['fused', 'plain'];
