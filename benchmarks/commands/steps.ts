import { cannot, suggestion } from '@gradalign/core';
import { cases } from '../cases.ts';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { type CaseResult, groups, measureGroup } from '../measure-cases.ts';
import { torchVersion } from '../python.ts';
import { renderProfile, renderSteps } from '../render-steps.ts';

const help = `npm run bench -- [--python <executable>] [--json] [--profile] [--cases <names>] [--repeats <n>] [--threads <n>]

Times training steps and inference of ResNet-18, in turns with PyTorch's where a Python with torch is named.
  --python <executable>  Python that has PyTorch; without it ours alone is measured
  --json                 one JSON object for machines instead of the table
  --profile              a table of kernels for each case as well
  --cases <names>        separated by commas, by default all; a part of the name chooses all that hold it
                         ${cases.map(({ name }) => name).join('\n                         ')}
  --repeats <n>          rounds, in which everybody takes a turn of 1.5 seconds (default 7)
  --threads <n>          of both sides (default: the number of processors)`;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const values = readOptions(args, { python: text, json: flag, profile: flag, cases: text, repeats: text, threads: text }, help);
    if (!values) return;
    const python = values['python'] as string | undefined;
    const chosen = chooseCases(values['cases'] as string | undefined);
    const repeats = wholeNumber('repeats', values['repeats'], 7);
    const { availableParallelism } = await import('node:os');
    const threads = wholeNumber('threads', values['threads'], availableParallelism());
    const torch = python === undefined ? undefined : torchVersion(python);
    const notice = (message: string): void => console.error(message);
    notice(`${describeMachine()}, ${threads} threads${torch === undefined ? '' : `, PyTorch ${torch}`}`);
    const results: CaseResult[] = [];
    for (const group of groups(chosen)) {
      results.push(
        ...(await measureGroup(group, { ...(python === undefined ? {} : { python }), threads, repeats, profile: values['profile'] === true, notice })),
      );
    }
    const ordered = chosen.flatMap(({ name }) => results.filter((result) => result.name === name));
    if (values['json'])
      console.log(JSON.stringify({ machine: describeMachine(), threads, ...(torch === undefined ? {} : { pytorch: torch }), cases: ordered }, null, 2));
    else console.log([renderSteps(ordered), ...ordered.map(renderProfile)].filter(Boolean).join('\n\n'));
  },
};

function chooseCases(names: string | undefined) {
  if (names === undefined) return cases;
  const wanted = names.split(',').map((name) => name.trim());
  for (const name of wanted) {
    if (name !== '' && cases.some((one) => one.name.includes(name))) continue;
    const known = cases.map((one) => one.name);
    throw cannot(`measure case '${name}'`, 'no case has that name', `one of ${known.join(', ')}${suggestion(name, known)}`, { exitCode: 2 });
  }
  return cases.filter(({ name }) => wanted.some((part) => name === part || (!cases.some((one) => one.name === part) && name.includes(part))));
}
