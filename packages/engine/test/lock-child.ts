import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FolderLock, LockedError, lockFolder, waitForFolder } from '../src/files/index.ts';

/**
 * Adds 1 to the number in a file, a given number of times, in a way that loses counts unless the lock keeps others out. With a fourth argument
 * `refused` it locks without waiting and retries while it is refused.
 */
const [folder = '', file = '', times = '0', way = 'wait'] = process.argv.slice(2);
let waited = 0;
for (let time = 0; time < Number(times); time++) {
  using _ = way === 'wait' ? await waitForFolder(folder, { file: 'install.lock', onWait: () => waited++ }) : await lockWhenFree();
  const count = Number(readFileSync(file, 'utf8'));
  await sleep(2);
  writeFileSync(file, String(count + 1));
}
process.stdout.write(`${JSON.stringify({ waited })}\n`);

async function lockWhenFree(): Promise<FolderLock> {
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      waited++;
      await sleep(1);
    }
  }
}
