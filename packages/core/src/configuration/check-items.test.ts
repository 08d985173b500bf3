import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { base, writePlugin } from '../../test/experiment-fixture.ts';
import { loadExperiment } from './load-experiment.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-check-items-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What loading says where a second plugin offers a schedule with this body of `create` or `check`. */
async function said(method: 'create' | 'check', body: string): Promise<string> {
  writePlugin(folder);
  const name = `${method}-${Buffer.from(body).toString('hex').slice(-24)}`;
  const other = method === 'create' ? '' : 'create: () => ({ factor: () => 1 }),';
  writeFileSync(
    join(folder, `${name}.mjs`),
    `class UserError extends Error { constructor(message, exitCode) { super(message); this.name = 'UserError'; this.exitCode = exitCode; } }
    export default { name: 'other', items: [{ kind: 'schedule', name: 'steps', summary: 's', options: { type: 'object', properties: { at: { type: 'number' } }, additionalProperties: false }, ${other} ${method}(options) { ${body} } }] };`,
  );
  const file = join(folder, 'experiment.yaml');
  writeFileSync(file, `${base.replace('[./plugin.mjs]', `[./plugin.mjs, ./${name}.mjs]`)}schedule: { use: steps, at: 3 }\n`);
  return loadExperiment(file, { env: {} }).then(
    () => 'loaded',
    (error: Error) => error.message.replaceAll(`${folder}/`, ''),
  );
}

it('what an item refuses by its options alone is told at its place, by create or by check, and by another copy of the error', async () => {
  const refuse = "throw new UserError('Cannot use steps: at is ' + options.at + ', expected 2', 2)";
  const told = 'experiment.yaml:9:1 schedule: Cannot use steps: at is 3, expected 2';
  expect([await said('create', refuse), await said('check', refuse)]).toEqual([told, told]);
});

it("a fault in check is the plugin's; one in create is told when the item is used, and a promise that fails there disturbs nobody", async () => {
  expect(await said('check', 'options.none.at')).toContain("Cannot use schedule 'steps' of plugin 'other (./check");
  expect(await said('create', 'options.none.at')).toBe('loaded');
  expect(await said('create', "return Promise.reject(new Error('later'))")).toBe('loaded');
});
