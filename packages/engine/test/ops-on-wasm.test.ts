// Runs the tests of the operations and of the tape on the wasm backend.
process.env['GRADALIGN_ENGINE'] = 'wasm';

await import('../src/ops/batch-norm.test.ts');
await import('../src/ops/batch-norm-inference.test.ts');
await import('../src/ops/combine.test.ts');
await import('../src/ops/conv2d.test.ts');
await import('../src/ops/depthwise-conv2d.test.ts');
await import('../src/ops/dot.test.ts');
await import('../src/ops/global-average-pool.test.ts');
await import('../src/ops/global-norm.test.ts');
await import('../src/ops/l2-normalize.test.ts');
await import('../src/ops/max-pool.test.ts');
await import('../src/ops/relu.test.ts');
await import('../src/ops/relu6.test.ts');
await import('../src/ops/sigmoid-cross-entropy.test.ts');
await import('../src/ops/softmax-cross-entropy.test.ts');
await import('../src/ops/weighted-sum.test.ts');
await import('../src/tape/tape.test.ts');
