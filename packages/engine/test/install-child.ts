import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installEngine } from '../src/install/install-engine.ts';
import { readEngineLock } from '../src/installed/engine-lock.ts';
import { fakeSteps } from './fake-engine.ts';

/** Installs the fake engine. With a third argument it reports reaching that point and waits there until it is killed. */
const [cache = '', wheels = '', stopAt = ''] = process.argv.slice(2);
const lock = readEngineLock(join(wheels, 'engine.lock.json'));
const steps = fakeSteps();
const notices: string[] = [];

async function stop(point: string): Promise<void> {
  if (point !== stopAt) return;
  process.stdout.write(`stopped at ${point}\n`);
  await sleep(600_000);
}

const { done } = await installEngine({
  lock,
  cache,
  wheels,
  notice: (message) => notices.push(message),
  steps: {
    ...steps,
    provideBinding: async (folder, include, begin) => {
      await stop('binding');
      await sleep(30); // so that the processes overlap
      await steps.provideBinding(folder, include, begin);
    },
    test: async (engine) => {
      await stop('test');
      return steps.test(engine);
    },
  },
});
process.stdout.write(`${JSON.stringify({ done, notices })}\n`);
