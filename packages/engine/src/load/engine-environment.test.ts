import { expect, test } from 'vitest';
import { engineVariables } from './engine-environment.ts';

test("TensorFlow's settings are recorded, but no secrets with the same prefix", () => {
  const env = {
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_NUM_INTEROP_THREADS: '2',
    TF_VAR_password: 'secret',
    TF_TOKEN_host: 'secret',
    TF_CPP_MIN_LOG_LEVEL: '2',
    CUDA_VISIBLE_DEVICES: '',
    HOME: '/root',
  };
  expect(engineVariables(env)).toEqual({ TF_ENABLE_ONEDNN_OPTS: '1', TF_NUM_INTEROP_THREADS: '2' });
});
