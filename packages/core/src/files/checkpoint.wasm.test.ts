// The same tests on the fallback engine: one engine a process, and each test file has its own.
process.env['GRADALIGN_ENGINE'] = 'wasm';
await import('./checkpoint.test.ts');

export {};
