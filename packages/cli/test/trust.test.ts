import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

let root: string;
let project: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'gradalign-trust-'));
  project = join(root, 'project');
  vi.stubEnv('XDG_STATE_HOME', join(root, 'state'));
  vi.stubEnv('XDG_CONFIG_HOME', join(root, 'config'));
  await writeFaces(join(project, 'faces'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** A plugin that offers the schedule `flat`, and leaves a mark beside it when its code runs. */
function writePlugin(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(`${path}.ran`)}, '');
export default { name: 'acme', items: [{
  kind: 'schedule', name: 'flat', summary: 'Always 1', options: { type: 'object', properties: {}, additionalProperties: false }, create: () => ({ factor: () => 1 }),
}] };`,
  );
  return path;
}

const ran = (path: string) => existsSync(`${path}.ran`);
const withPlugin = (plugin: string) => `${faces.replace(']', `, ${JSON.stringify(plugin)}]`)}schedule: { use: flat }\n`;

function writeExperiment(name: string, plugin: string): string {
  writeFileSync(join(project, name), withPlugin(plugin));
  return name;
}

describe('code of others', () => {
  it.each(['validate', 'show', 'train'])('is not run by %s where a path leads out of the folder of the experiment', async (command) => {
    const plugin = writePlugin(join(root, 'elsewhere', `${command}.mjs`));
    const file = writeExperiment(`out-${command}.yaml`, plugin);
    const { status, err } = await gradalign(project, [command, file]);
    expect(status).toBe(2);
    expect(err).toMatch(
      new RegExp(`^out-${command}.yaml:1:\\d+ plugins\\[4\\]: plugin '${plugin}' is not loaded: .*it lies outside .*expected --trust ${plugin}`),
    );
    expect(ran(plugin)).toBe(false);
  });

  it('is run where --trust names the file or its folder, or the configuration of the user does', async () => {
    const [file, folder, configured] = ['file', 'folder', 'configured'].map((name) => writePlugin(join(root, 'trusted', name, 'plugin.mjs'))) as [
      string,
      string,
      string,
    ];
    expect((await gradalign(project, ['validate', writeExperiment('a.yaml', file), '--trust', '../trusted/file/plugin.mjs'])).status).toBe(0);
    expect((await gradalign(project, ['validate', writeExperiment('b.yaml', folder), '--trust', join(root, 'trusted', 'folder')])).status).toBe(0);
    mkdirSync(join(root, 'config', 'gradalign'), { recursive: true });
    writeFileSync(join(root, 'config', 'gradalign', 'config.yaml'), 'trusted: [../../trusted/configured]\n');
    expect((await gradalign(project, ['validate', writeExperiment('c.yaml', configured)])).status).toBe(0);
    expect([file, folder, configured].map(ran)).toEqual([true, true, true]);
    writeFileSync(join(root, 'config', 'gradalign', 'config.yaml'), 'trust: [x]\n');
    const { status, err } = await gradalign(project, ['validate', writeExperiment('d.yaml', writePlugin(join(root, 'trusted', 'd.mjs')))]);
    expect([status, err]).toEqual([2, expect.stringContaining("config.yaml:1:1 trust: 'trust' is not known here, expected trusted")]);
    rmSync(join(root, 'config'), { recursive: true });
  });

  it('is not run through a link, or where only part of the name of the folder is trusted', async () => {
    const plugin = writePlugin(join(root, 'linked', 'plugin.mjs'));
    symlinkSync(plugin, join(project, 'link.mjs'));
    const { status } = await gradalign(project, ['validate', writeExperiment('link.yaml', './link.mjs'), '--trust', join(root, 'link')]);
    expect([status, ran(plugin)]).toEqual([2, false]);
  });

  it('is not run where a file of a package names it, nor a package that lies beside that file', async () => {
    const recipes = join(project, 'node_modules', 'recipes');
    const plugin = writePlugin(join(recipes, 'plugin.mjs'));
    writeFileSync(join(recipes, 'package.json'), '{ "name": "recipes" }');
    writeFileSync(join(recipes, 'recipe.yaml'), withPlugin('./plugin.mjs'));
    writeFileSync(join(project, 'extends.yaml'), 'extends: recipes/recipe.yaml\ndata: { source: { a: { root: faces } } }\n');
    const first = await gradalign(project, ['validate', 'extends.yaml']);
    expect([first.status, first.err]).toEqual([2, expect.stringContaining('recipe.yaml, which is not one of your own files')]);
    const inner = writePlugin(join(recipes, 'node_modules', 'inner', 'index.mjs'));
    writeFileSync(join(recipes, 'node_modules', 'inner', 'package.json'), '{ "name": "inner", "exports": "./index.mjs" }');
    writeFileSync(join(recipes, 'recipe.yaml'), withPlugin('inner'));
    const second = await gradalign(project, ['validate', 'extends.yaml']);
    expect([second.status, second.err]).toEqual([2, expect.stringContaining('expected --trust inner')]);
    expect([ran(plugin), ran(inner)]).toEqual([false, false]);
    expect((await gradalign(project, ['validate', 'extends.yaml', '--trust', 'inner'])).err).not.toContain('not loaded');
    expect(ran(inner)).toBe(true);
  });

  it('is run where it is your own: beside or below the experiment, or an installed package that the experiment names', async () => {
    const beside = writePlugin(join(project, 'beside.mjs'));
    const below = writePlugin(join(project, 'plugins', 'below.mjs'));
    const installed = writePlugin(join(project, 'node_modules', 'acme', 'index.mjs'));
    writeFileSync(join(project, 'node_modules', 'acme', 'package.json'), '{ "name": "acme", "exports": "./index.mjs" }');
    for (const [i, plugin] of ['./beside.mjs', './plugins/below.mjs', 'acme'].entries()) {
      const { status, err } = await gradalign(project, ['validate', writeExperiment(`own-${i}.yaml`, plugin)]);
      expect([status, err]).toEqual([0, '']);
    }
    expect([beside, below, installed].map(ran)).toEqual([true, true, true]);
  });

  it('is not run by a study that leads out of its own folder', async () => {
    const plugin = writePlugin(join(root, 'experiments', 'plugin.mjs'));
    writeFileSync(join(root, 'experiments', 'e.yaml'), withPlugin('./plugin.mjs'));
    writeFileSync(join(project, 'study.yaml'), 'experiment: ../experiments/e.yaml\nleaveOut: [a]\nmethods: { erm: {} }\n');
    const outside = await gradalign(project, ['compare', 'study.yaml']);
    expect([outside.status, outside.err]).toEqual([2, expect.stringContaining(`expected --trust ${plugin}`)]);
    const other = writePlugin(join(root, 'experiments', 'other.mjs'));
    writeExperiment('studied.yaml', './beside-the-study.mjs');
    writePlugin(join(project, 'beside-the-study.mjs'));
    writeFileSync(join(project, 'study.yaml'), `experiment: studied.yaml\nleaveOut: [a]\nmethods: { erm: { plugins: [${JSON.stringify(other)}] } }\n`);
    const set = await gradalign(project, ['compare', 'study.yaml']);
    expect([set.status, set.err]).toEqual([2, expect.stringContaining(`expected --trust ${other}`)]);
    expect([ran(plugin), ran(other)]).toEqual([false, false]);
  });

  it('is not loaded with --no-plugins, which says what was not checked and still finds mistakes', async () => {
    const plugin = writePlugin(join(project, 'unseen.mjs'));
    const file = writeExperiment('unseen.yaml', './unseen.mjs');
    const { status, out, err } = await gradalign(project, ['validate', file, '--no-plugins']);
    expect(err).toContain("not checked: plugin './unseen.mjs' was not loaded");
    expect(err).toMatch(/not checked: unseen.yaml:\d+:\d+ schedule.use: there is no schedule 'flat' among what was loaded/);
    expect([status, out]).toEqual([0, 'unseen.yaml: valid as far as it was checked\n']);
    const wrong = await gradalign(project, ['validate', file, '--no-plugins', '--set', 'train.epochs=-1']);
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('train.epochs: found the number -1')]);
    const protocol = faces
      .replace(/data:\n.*\n.*\n/, 'data:\n  protocol: of-acme\n  domains: { a: { use: image-folder, root: faces } }\n')
      .replace(']', ', "./unseen.mjs"]');
    writeFileSync(join(project, 'protocol.yaml'), protocol);
    const unknown = await gradalign(project, ['validate', 'protocol.yaml', '--no-plugins']);
    expect([unknown.status, unknown.err]).toEqual([0, expect.stringContaining("data.protocol: there is no protocol 'of-acme' among what was loaded")]);
    expect(ran(plugin)).toBe(false);
  });
});

describe('code that a run names', () => {
  it('is run for whoever trained it, as long as it is the same; others are asked', async () => {
    const plugin = writePlugin(join(project, 'mine.mjs'));
    const file = writeExperiment('mine.yaml', './mine.mjs');
    const trained = await gradalign(project, ['train', file, '-o', 'runs/mine', '--set', 'train.epochs=1']);
    expect([trained.status, trained.err.match(/Cannot|bug/)]).toEqual([0, null]);
    const image = 'faces/b/test/live/s10_clip/f0.jpg';
    for (const command of [
      ['evaluate', 'runs/mine'],
      ['predict', 'runs/mine', image],
      ['train', '--resume', 'runs/mine'],
    ])
      expect((await gradalign(project, command)).status, command.join(' ')).toBe(0);
    cpSync(join(project, 'runs', 'mine'), join(root, 'moved'), { recursive: true });
    expect((await gradalign(project, ['predict', join(root, 'moved'), image])).status).toBe(0);
    const other = { env: { XDG_STATE_HOME: join(root, 'state-of-another') } };
    const refused = await gradalign(project, ['predict', 'runs/mine', image], other);
    expect([refused.status, refused.err]).toEqual([2, expect.stringMatching(/mine\.mjs, and it is named by a run's folder; expected --trust/)]);
    expect((await gradalign(project, ['predict', 'runs/mine', image, '--trust', plugin], other)).status).toBe(0);
    writeFileSync(plugin, `${readFileSync(plugin, 'utf8')}\n`);
    expect((await gradalign(project, ['evaluate', 'runs/mine'])).err).toContain('has changed since you trained with it');
  });

  it('is not run where the run brought it along, as a file or as a package', async () => {
    const received = join(root, 'received');
    mkdirSync(join(received, 'checkpoints'), { recursive: true });
    const plugin = writePlugin(join(received, 'plugin.mjs'));
    const installed = writePlugin(join(received, 'node_modules', 'acme', 'index.mjs'));
    writeFileSync(join(received, 'node_modules', 'acme', 'package.json'), '{ "name": "acme", "exports": "./index.mjs" }');
    for (const named of ['./plugin.mjs', 'acme']) {
      writeFileSync(join(received, 'experiment.yaml'), withPlugin(named));
      const commands = [
        ['validate', join(received, 'experiment.yaml')],
        ['show', join(received, 'experiment.yaml')],
        ['train', '--resume', received],
        ['evaluate', received],
        ['predict', received, 'faces/b/test/live/s10_clip/f0.jpg'],
        ['sharpness', received],
        ['weights', 'export', received, '-o', 'w.safetensors'],
        ['data', 'inspect', join(received, 'experiment.yaml')],
        ['protocol', 'count', join(received, 'experiment.yaml')],
      ];
      for (const command of commands) {
        const { status, err } = await gradalign(project, command);
        expect([command[0], status, err]).toEqual([command[0], 2, expect.stringContaining("it is named by a run's folder; expected --trust")]);
      }
      // Extending it is no way around.
      writeFileSync(join(project, 'around.yaml'), `extends: ${join(received, 'experiment.yaml')}\n`);
      expect((await gradalign(project, ['validate', 'around.yaml'])).status).toBe(2);
    }
    expect([ran(plugin), ran(installed)]).toEqual([false, false]);
  });
});
