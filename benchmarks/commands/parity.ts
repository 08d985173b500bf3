import { availableParallelism } from 'node:os';
import { cannot } from '@gradalign/core';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { describeDifference, renderParity, tolerance, tooFarApart } from '../parity/render-parity.ts';
import { type ParityStep, runParity } from '../parity/run-parity.ts';
import type { Variant } from '../parity/torch-training.ts';
import { torchVersion } from '../python.ts';

const help = `npm run bench -- parity --python <executable> [--variant <name>] [--ours <name>] [--weights <file>] [--stepwise] [--json] [--threads <n>]

Trains ResNet-18 for 30 steps by the released GAC-FAS training, ours by the experiment benchmarks/parity/experiment.yaml and PyTorch by
benchmarks/parity/torch_training.py in a process of its own, from the same weights on the same decoded batches: 5 steps of the head alone, 5 of ERM, 20 of
GAC; in some of them a domain is absent. Twice: each step of PyTorch's from the state that ours started it from; and each training on its own from the
first step on, where rounding adds up. PyTorch takes all steps in float32 and in float64: how far its float32 is from that is the yardstick for ours.
After every step are compared
  losses      of each domain and the contrastive one: |ours - PyTorch's| / |PyTorch's|, the largest
  weights     the largest difference of an entry over the largest entry of its tensor; the largest over all tensors
  statistics  the same of batch norm's running statistics
  moves       ‖ours - PyTorch's‖ / ‖PyTorch's - start‖ over all weights together: of what the step, or the training so far, has added
Ends with exit code 1 if losses, weights or statistics of a step from the same state are further apart than 1e-3, or three times PyTorch's own rounding.
  --python <executable>  Python that has torch and torchvision
  --variant <name>       released (what the released code computes), paper (the method as written), or both (default)
  --ours <name>          what ours trains instead, released or paper: how large a real difference is
  --weights <file>       initial weights, safetensors in torchvision's naming (default: random ones)
  --stepwise             leave the trainings on their own out: half the time
  --json                 one JSON object for machines
  --threads <n>          threads of each side (default: the number of processors)`;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const values = readOptions(args, { python: text, variant: text, ours: text, weights: text, stepwise: flag, json: flag, threads: text }, help);
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
      const steps = await runParity({
        python,
        variant,
        threads,
        free: values['stepwise'] !== true,
        ...(ours ? { ours } : {}),
        ...(weights === undefined ? {} : { weights }),
        onStep: (step) => console.error(`${variant}: step ${step.step + 1} of 30, ${step.phase}: ${describeDifference(step.stepwise.oursAndTorch)}`),
      });
      results[variant] = steps;
      if (!values['json']) console.log(`${variant}: ${renderParity(steps)}\n`);
    }
    if (values['json']) console.log(JSON.stringify({ machine: describeMachine(), pytorch, threads, tolerance, results }, null, 2));
    const all = Object.entries(results);
    const apart = all.flatMap(([variant, steps]) => tooFarApart(steps).map((text) => `${variant}, ${text}`));
    if (apart.length === 0) return;
    console.error(`Too far apart\n${apart.join('\n')}`);
    process.exitCode = 1;
  },
};

function variantsOf(option: string, value: string | boolean | undefined): readonly Variant[] | undefined {
  if (value === undefined || (option === 'variant' && value === 'both')) return undefined;
  if (value === 'released' || value === 'paper') return [value];
  throw cannot(`read --${option}`, `it is '${value}'`, `released or paper${option === 'variant' ? ', or both' : ''}`, { exitCode: 2 });
}
