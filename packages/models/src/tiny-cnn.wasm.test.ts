// The same tests on the fallback engine: a process has one engine, and each test file its own process.
process.env['GRADALIGN_ENGINE'] = 'wasm';
await import('./tiny-cnn.test.ts');

export {};
