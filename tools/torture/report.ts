import type { Tallies } from './tally.ts';

/** What the report says of its run. */
export interface ReportFacts {
  readonly seed: number;
  readonly minutes: number;
  readonly machine: string;
}

/** The page docs/reliability.md. */
export function renderReport({ all, broken }: Tallies, { seed, minutes, machine }: ReportFacts): string {
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

- **kill**: SIGKILL at one to three random moments of \`train\` (GAC, momentum, EMA, SWAD, best checkpoint), \`compare\` and \`data prepare\`, then the same command again. Weights, states, scores, figures, crops and manifests must be those of an undisturbed run, and nothing temporary may be left.
- **fault**: one write, sync, rename or new folder, or all from one on, fails with ENOSPC, EIO or EDQUOT (a small library in C, preloaded). The message must name the cause, and the run must go on afterwards to the same bytes.
- **damage**: one bit, a cut, a stretch of the same size, a removal or random changes in any file of a run but its log and environment, then \`train --resume\`, \`evaluate\` or \`predict\`.
- **fuzz**: random changes in the files that readers take: YAML, safetensors, checkpoints, results, manifests, scores, images.

## The last run
\`npm run torture -- --seed ${seed} --minutes ${Math.max(1, Math.round(minutes))} --report docs/reliability.md\` on ${machine}: ${total} cases in ${minutes.toFixed(1)} minutes, ${broken.length} broken promises. A longer time runs more cases of the same sequence, up to 200 kills, 60 faults, 300 damages and 70,000 fuzzed files; \`--kills\`, \`--faults\`, \`--damages\`, \`--fuzz\` set other numbers.

| series | of | cases | ended with | broken |
|---|---|---:|---|---:|
${rows.join('\n')}
${broken.length > 0 ? `\nBroken:\n\n${broken.map((what) => `- ${what.replaceAll('\n', ' ').replaceAll('|', '/').slice(0, 400)}`).join('\n')}\n` : ''}
Not checked by digest, and so not by this: \`log.jsonl\`, \`environment.json\` and score files that are read again, which people may edit.
`;
}
