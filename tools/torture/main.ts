// npm run torture -- [--minutes 60] [--seed 1] [--series kill,fault,damage,fuzz] [--kills n] [--faults n] [--damages n] [--fuzz n] [--report docs/reliability.md]
// Kills, damages, starves and fuzzes what this tree has, and checks the promise each time: the same bytes or a clear refusal, no stack trace, no hang, no
// more memory than a bound, nothing outside the folder. Deterministic by seed: a case that breaks is named, and `--series fuzz --from 123 --fuzz 1` repeats it.
import { torture } from './torture.ts';

process.exitCode = await torture(process.argv.slice(2));
