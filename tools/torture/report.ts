import type { Tallies } from './tally.ts';

/** What the report says of its run. */
export interface ReportFacts {
  readonly seed: number;
  readonly machine: string;
}

/** The page docs/reliability.md. */
export function renderReport({ all, broken, seconds }: Tallies, { seed, machine }: ReportFacts): string {
  const total = all.reduce((sum, { cases }) => sum + cases, 0);
  const rows = all
    .map(({ series, kind, cases, ended, broken: bad }) => {
      const how = Object.entries(ended)
        .filter(([what]) => what !== 'broken')
        .sort(([, a], [, b]) => b - a)
        .map(([what, n]) => `${n} ${what}`);
      return `| ${series} | ${kind} | ${cases} | ${how.join(', ')} | ${bad.length} |`;
    })
    .sort();
  return `# Reliability
What is promised, whatever happens to a process or its files: the same bytes as without it, or a refusal in words; no stack trace; no hang over 20 seconds; memory under a bound; nothing written outside the folder that was named. \`npm run torture\` checks it:

- **kill**: SIGKILL, once or twice, within a write or at a random moment, of \`train\` (GAC, momentum, EMA, SWAD, best checkpoint), \`compare\`, \`data prepare\`, \`calibrate\`, \`report\` and \`predict\`, then the same command again. Weights, states, scores, figures, crops, manifests, decisions and pages must be those of an undisturbed run, and nothing temporary may be left.
- **install**: the same for \`engine install\` and \`weights install\` into a cache of their own; also a write that fails.
- **fault**: one write, sync, rename, new file or new folder of these commands, or all from one on, fails with ENOSPC, EIO or EDQUOT (a small library in C, preloaded). The message must name the cause, and the same bytes must come afterwards.
- **damage**: one bit, a cut, a stretch of the same size, a removal or random changes in any file of a run but its log and environment, then \`train --resume\`, \`evaluate\` or \`predict\`.
- **fuzz**: random changes in the files that readers take: experiments and studies in YAML, safetensors, checkpoints, results, decisions, manifests, scores, PyTorch's pickles (bare, and in archives with right checksums), NumPy archives, images, HDF5 clips. A refusal in the words of JavaScript counts as broken.

## The last run
\`npm run torture -- --seed ${seed} --counts torture.json --report docs/reliability.md\`, called until all cases were done, on ${machine}: ${total} cases in ${(seconds / 60).toFixed(0)} minutes, ${broken.length} broken promises. \`npm run torture -- --help\` lists the options; a case is repeated by its series and number.

| series | of | cases | ended with | broken |
|---|---|---:|---|---:|
${rows.join('\n')}
${broken.length > 0 ? `\nBroken:\n\n${broken.map((what) => `- ${what.replaceAll('\n', ' ').replaceAll('|', '/').slice(0, 400)}`).join('\n')}\n` : ''}
Not checked by digest, and so not by this: \`log.jsonl\`, \`environment.json\` and score files that are read again, which people may edit.
`;
}
