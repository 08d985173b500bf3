import { spawnSync } from 'node:child_process';
import { cannot } from '@gradalign/core';

/** PyTorch's version under this Python, which must also have `others`. @throws UserError if one is missing. */
export function torchVersion(python: string, others: readonly string[] = []): string {
  const { error, status, stdout, stderr } = spawnSync(python, ['-c', `import ${['torch', ...others].join(', ')}; print(torch.__version__)`], {
    encoding: 'utf8',
  });
  if (error) throw cannot(`run ${python}`, error.message, 'a Python executable with PyTorch', { exitCode: 2 });
  if (status !== 0) {
    const last = stderr.trim().split('\n').at(-1) ?? '';
    throw cannot(
      `measure PyTorch with ${python}`,
      `importing ${['torch', ...others].join(', ')} fails (${last || `exit code ${status}`})`,
      `a Python that has ${['PyTorch', ...others].join(', ')}`,
      { exitCode: 2 },
    );
  }
  return stdout.trim();
}
