import { availableParallelism } from 'node:os';
import { cannot } from '@gradalign/core';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { renderParity, worstOf } from '../parity/render-parity.ts';
import { type ParityStep, runParity } from '../parity/run-parity.ts';
import type { Variant } from '../parity/torch-training.ts';
import { torchVersion } from '../python.ts';

const help = `npm run bench -- parity --python <executable> [--variant <name>] [--ours <name>] [--weights <file>] [--no-float64] [--json] [--threads <n>]

Trains ResNet-18 for 30 steps by the released GAC-FAS training, ours by the experiment benchmarks/parity/experiment.yaml and PyTorch by
benchmarks/parity/torch_training.py in a process of its own, from the same weights on the same decoded batches: 5 steps of the head alone, 5 of ERM, 20 of
GAC; in four of them a domain is absent. After every step the losses, all weights and all running statistics are compared: the largest difference of an
entry over the largest entry of its tensor. Ends with exit code 1 if one is above 1e-3. PyTorch also trains in float64, to show what its own rounding is.
  --python <executable>  Python that has torch and torchvision
  --variant <name>       released (what the released code computes), paper (the method as written), or both (default)
  --ours <name>          what ours trains instead, released or paper: how large a real difference is
  --weights <file>       initial weights, safetensors in torchvision's naming (default: random ones)
  --no-float64           leave PyTorch's float64 out
  --json                 one JSON object for machines
  --threads <n>          threads of each side (default: the number of processors)`;

const tolerance = 1e-3;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const values = readOptions(args, { python: text, variant: text, ours: text, weights: text, 'no-float64': flag, json: flag, threads: text }, help);
    if (!values) return;
    const python = values['python'] as string | undefined;
    if (python === undefined) throw cannot('run PyTorch', 'no Python is named', '--python <executable with torch and torchvision>', { exitCode: 2 });
    const threads = wholeNumber('threads', values['threads'], availableParallelism());
    const ours = variantsOf('ours', values['ours'])?.[0];
    const weights = values['weights'] as string | undefined;
    const pytorch = torchVersion(python, ['torchvision', 'numpy']);
    console.error(`${describeMachine()}, ${threads} threads, PyTorch ${pytorch}`);
    const results: Partial<Record<Variant, readonly ParityStep[]>> = {};
    for (const variant of variantsOf('variant', values['variant']) ?? (['released', 'paper'] as const)) {
      const options = {
        python,
        variant,
        threads,
        float64: values['no-float64'] !== true,
        ...(ours ? { ours } : {}),
        ...(weights === undefined ? {} : { weights }),
      };
      results[variant] = await runParity({ ...options, onStep: ({ step, phase }) => console.error(`${variant}: step ${step + 1} of 30, ${phase}`) });
    }
    const all = Object.entries(results);
    if (values['json']) console.log(JSON.stringify({ machine: describeMachine(), pytorch, threads, tolerance, results }, null, 2));
    else for (const [variant, steps] of all) console.log(`${variant}\n${renderParity(steps)}\n`);
    const above = all.filter(([, steps]) => !(worstOf(steps) <= tolerance));
    if (above.length === 0) return;
    console.error(`Above ${tolerance}: ${above.map(([variant, steps]) => `${variant} ${worstOf(steps).toExponential(1)}`).join(', ')}`);
    process.exitCode = 1;
  },
};

function variantsOf(option: string, value: string | boolean | undefined): readonly Variant[] | undefined {
  if (value === undefined || (option === 'variant' && value === 'both')) return undefined;
  if (value === 'released' || value === 'paper') return [value];
  throw cannot(`read --${option}`, `it is '${value}'`, `released or paper${option === 'variant' ? ', or both' : ''}`, { exitCode: 2 });
}
