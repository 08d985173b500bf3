import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { torchVersion } from '../python.ts';
import type { Speed, Work } from './in-node.ts';

/** Networks that torchvision has too, by our name. */
const torchvisionNames: Readonly<Record<string, string>> = {
  'mobilenet-v2': 'mobilenet_v2',
  resnet18: 'resnet18',
  resnet34: 'resnet34',
  resnet50: 'resnet50',
};

/** The network of that name in torchvision, on all threads, channels last. */
export function torch(network: string, python: string | undefined, { shape, batches, repeats }: Omit<Work, 'model'>): Speed {
  if (python === undefined) return { reason: 'no Python is named (GRADALIGN_PYTHON)' };
  const { [network]: name } = torchvisionNames;
  const [batch, size, , channels] = shape;
  if (name === undefined || channels !== 3) return { reason: `torchvision has no ${network}${channels === 3 ? '' : ` of ${channels} channels`}` };
  torchVersion(python, ['torchvision']);
  const script = fileURLToPath(new URL('torch_inference.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [script, name, ...[size, batch, batches, repeats].map(String)], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Speed) : { reason: stderr.trim().split('\n').at(-1) ?? 'PyTorch failed' };
}
