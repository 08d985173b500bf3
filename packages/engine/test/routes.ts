import { preferredEngine } from '../src/installed/installed-engine.ts';

const onWasm = process.env['GRADALIGN_ENGINE'] === 'wasm';

/** Whether the tests compute on the native engine, where alone our own kernels run. */
export const isNative = !onWasm && preferredEngine().state === 'ready';

/** The routes that operations can take: on wasm there is one. */
export const routes: readonly ('fused' | 'plain')[] = onWasm ? ['plain'] : ['fused', 'plain'];
