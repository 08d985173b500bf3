import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withProcessLock } from '../src/install/process-lock.ts';

/** Adds 1 to the number in a file, so and so many times, in a way that loses counts unless the lock keeps others out. */
const [lock = '', file = '', times = '0'] = process.argv.slice(2);
let waited = 0;
for (let time = 0; time < Number(times); time++) {
  await withProcessLock(
    lock,
    async () => {
      const count = Number(readFileSync(file, 'utf8'));
      await sleep(2);
      writeFileSync(file, String(count + 1));
    },
    { onWait: () => waited++ },
  );
}
process.stdout.write(`${JSON.stringify({ waited })}\n`);
