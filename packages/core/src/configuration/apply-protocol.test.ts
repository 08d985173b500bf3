import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../contracts/errors.ts';
import { type LoadedExperiment, loadExperiment } from './load-experiment.ts';
import { showExperiment } from './show-experiment.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign protocol ö-'));
afterAll(() => rmSync(folder, { recursive: true }));

const item = (kind: string, name: string, properties = '{}', more = 'create: () => ({})') =>
  `{ kind: '${kind}', name: '${name}', summary: '${name}', options: { type: 'object', properties: ${properties}, required: [], additionalProperties: false }, ${more} }`;

beforeAll(() => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(
    join(folder, 'plugin.mjs'),
    `export default { name: 'test-plugin', items: [
      ${item('dataset', 'folder', `{ root: { type: 'string', format: 'path' } }`)},
      ${item('dataset', 'office-raw', `{ root: { type: 'string', format: 'path' } }`)},
      ${item('model', 'net')}, ${item('updateRule', 'sgd')}, ${item('optimizer', 'erm')}, ${item('schedule', 'constant')},
      ${item(
        'protocol',
        'os-to-h',
        `{ all: { type: 'boolean', default: false } }`,
        `aliases: ['so-to-h'], alsoCalled: { office: ['office-raw', 'O'] },
        create: ({ all }) => ({ sources: ['office', 'street'], targets: ['home'], holdOut: 0.2, splits: { source: all ? ['train', 'test'] : ['train'], target: ['test'] } })`,
      )},
    ] };`,
  );
});

const rest = 'model: { use: net }\noptimizer: { use: erm }\n';
const domains = `  domains:
    home: { use: folder, root: data/home }
    office: { use: folder, root: data/office }
    street: { use: folder, root: data/street }
    shop: { use: folder, root: data/shop }
`;
const experiment = (protocol: string, more = '', where = domains) => `plugins: [./plugin.mjs]\ndata:\n  protocol: ${protocol}\n${where}${more}${rest}`;

function file(text: string, name = 'experiment.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const load = (text: string, set: readonly string[] = []): Promise<LoadedExperiment> => loadExperiment(file(text), { set, env: {} });

async function problems(text: string, set: readonly string[] = []): Promise<string[]> {
  try {
    await load(text, set);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ file: where, line, column, path, message }) => `${where.replace(`${folder}/`, '')}:${line}:${column} ${path}: ${message}`);
    throw error;
  }
  return [];
}

const domain = (name: string) => ({ use: 'folder', root: join(folder, 'data', name) });

describe('a protocol', () => {
  it('resolves to what the same experiment written by hand resolves to, and leaves out the domains that it does not name', async () => {
    const byHand = `plugins: [./plugin.mjs]
data:
  source: { office: { use: folder, root: data/office }, street: { use: folder, root: data/street } }
  target: { home: { use: folder, root: data/home } }
  splits: { source: [train], target: [test] }
  holdOut: 0.2
${rest}`;
    const { experiment: hand } = await load(byHand);
    const { experiment: named, warnings } = await load(experiment('os-to-h'));
    expect(warnings).toEqual([]);
    expect(named).toEqual({ ...hand, data: { ...hand.data, follows: 'os-to-h' } });
    expect(Object.keys(named.data.source)).toEqual(['office', 'street']);
  });

  it('shown, it loads to the same values', async () => {
    const { experiment: named } = await load(experiment('os-to-h'));
    const again = await loadExperiment(file(showExperiment(named), 'shown.yaml'), { env: {} });
    expect(again.experiment).toEqual(named);
  });

  it('is one word to change, has options, and other spellings', async () => {
    const swapped = `${experiment('os-to-h')}protocols:\n  h-to-o: { sources: [home], target: office }\n`;
    expect((await load(swapped, ['data.protocol=h-to-o'])).experiment.data).toMatchObject({
      follows: 'h-to-o',
      source: { home: domain('home') },
      target: { office: domain('office') },
      holdOut: 0.1,
      splits: { source: ['train'], target: ['test'] },
    });
    expect((await load(experiment('{ use: so-to-h, all: true }'))).experiment.data).toMatchObject({
      follows: 'os-to-h',
      splits: { source: ['train', 'test'], target: ['test'] },
    });
  });

  it('finds a domain by another name, by the data set that it uses, and where the user says', async () => {
    const other = domains.replace('office:', 'O:');
    expect(Object.keys((await load(experiment('os-to-h', '', other))).experiment.data.source)).toEqual(['O', 'street']);
    const using = domains.replace('office: { use: folder', 'bureau: { use: office-raw');
    expect(Object.keys((await load(experiment('os-to-h', '', using))).experiment.data.source)).toEqual(['bureau', 'street']);
    expect(Object.keys((await load(experiment('{ use: os-to-h, domains: { street: shop } }'))).experiment.data.source)).toEqual(['office', 'shop']);
  });

  it('lets splits and share that the experiment states stand, and says so', async () => {
    const { experiment: loaded, warnings } = await load(experiment('os-to-h', '  holdOut: 0.5\n  splits: { source: [train, dev] }\n'));
    expect(loaded.data).toMatchObject({ holdOut: 0.5, splits: { source: ['train', 'dev'], target: ['test'] } });
    expect(warnings).toEqual([
      `data.splits.source is ["train","dev"] where protocol 'os-to-h' says ["train"]: this run departs from the protocol`,
      `data.holdOut is 0.5 where protocol 'os-to-h' says 0.2: this run departs from the protocol`,
    ]);
  });
});

describe('a protocol of the user', () => {
  it('stands in the experiment itself, with or without a name', async () => {
    const own = '{ name: mine, sources: [shop, home], target: [office, street], splits: { source: [train, dev] }, holdOut: 0.3 }';
    const { experiment: loaded } = await load(experiment(own));
    expect(loaded.data).toMatchObject({ follows: 'mine', holdOut: 0.3, splits: { source: ['train', 'dev'], target: ['test'] } });
    expect([Object.keys(loaded.data.source), Object.keys(loaded.data.target)]).toEqual([
      ['shop', 'home'],
      ['office', 'street'],
    ]);
    expect((await load(experiment('{ sources: [shop, home], target: office }'))).experiment.data.follows).toBe('shop-home-to-office');
  });

  it('stands in a file of its own, or in a file of several, relative to the file that names it', async () => {
    file('name: from-a-file\nsources: [shop]\ntarget: home\n', 'sub/one.yaml');
    file('s-to-h: { sources: [shop], target: home }\n', 'sub/some.yaml');
    file('protocols: { s-to-o: { sources: [shop], target: office } }\n', 'sub/more.yaml');
    expect((await load(experiment('sub/one.yaml'))).experiment.data.follows).toBe('from-a-file');
    expect((await load(`${experiment('s-to-h')}protocols: sub/some.yaml\n`)).experiment.data.target).toEqual({ home: domain('home') });
    expect((await load(`${experiment('s-to-o')}protocols: sub/more.yaml\n`)).experiment.data.target).toEqual({ office: domain('office') });
  });
});

describe('a file that another one extends', () => {
  it('may name the protocol, and the other one the domains', async () => {
    file('data: { protocol: os-to-h }\n', 'recipe.yaml');
    const { experiment: loaded } = await load(`extends: recipe.yaml\nplugins: [./plugin.mjs]\ndata:\n${domains}${rest}`);
    expect(loaded.data).toMatchObject({ follows: 'os-to-h', target: { home: domain('home') } });
  });

  it('names a protocol in vain where the other one names source and target', async () => {
    file('data: { protocol: os-to-h }\n', 'recipe.yaml');
    const { experiment: loaded } = await load(`extends: recipe.yaml\nplugins: [./plugin.mjs]\ndata: { source: { a: { use: folder, root: a } } }\n${rest}`);
    expect(loaded.data.source).toEqual({ a: { use: 'folder', root: join(folder, 'a') } });
    expect(loaded.data.follows).toBeUndefined();
  });
});

describe('what is wrong is told with its place', () => {
  it.each([
    [
      'a misspelt protocol',
      experiment('os-to-j'),
      ["experiment.yaml:3:13 data.protocol: there is no protocol 'os-to-j', expected one of os-to-h; did you mean 'os-to-h'?"],
    ],
    [
      'a domain that is missing',
      experiment('os-to-h', '', domains.replace(/ +office:.*\n/, '')),
      [
        "experiment.yaml:4:3 data.domains: there is no domain 'office', which protocol 'os-to-h' trains on; expected it under this key (or office-raw, O), beside home, street, shop",
      ],
    ],
    [
      'no domains at all',
      experiment('os-to-h', '', ''),
      ["experiment.yaml:3:13 data.protocol: 'data.domains' is missing, expected it with office, street, home: where each of them is"],
    ],
    [
      'a misspelt domain in a protocol of the user',
      experiment('{ sources: [shopp], target: home }'),
      [
        "experiment.yaml:3:25 data.protocol: there is no domain 'shopp', which protocol 'shopp-to-home' trains on; expected it under this key, beside home, office, street, shop; did you mean 'shop'?",
      ],
    ],
    [
      'two domains that may be meant',
      experiment('os-to-h', '', domains.replace('office:', 'O:').replace('shop:', 'office-raw:')),
      [
        "experiment.yaml:4:3 data.domains: office-raw and O may both be 'office', which protocol 'os-to-h' trains on; expected protocol: { use: os-to-h, domains: { office: office-raw } }",
      ],
    ],
    [
      'source, target and leaveOut beside it',
      experiment('os-to-h', '  source: { a: { use: folder, root: a } }\n  target: {}\n  leaveOut: a\n'),
      [
        "experiment.yaml:9:3 data.source: data.protocol already sets this, expected either 'source' or a protocol with data.domains",
        "experiment.yaml:10:3 data.target: data.protocol already sets this, expected either 'target' or a protocol with data.domains",
        "experiment.yaml:11:3 data.leaveOut: data.protocol already sets this, expected either 'leaveOut' or a protocol with data.domains",
      ],
    ],
    [
      'domains without a protocol',
      experiment('os-to-h').replace('  protocol: os-to-h\n', ''),
      ['experiment.yaml:3:3 data.domains: no protocol takes its domains from here, expected data.protocol too, or data.source instead'],
    ],
    [
      'an option that it does not have',
      experiment('{ use: os-to-h, al: true, domains: { offise: shop } }'),
      ["experiment.yaml:3:29 data.protocol.al: 'os-to-h' has no option 'al', expected one of use, all, domains; did you mean 'all'?"],
    ],
    [
      'a domain that it does not name',
      experiment('{ use: os-to-h, domains: { offise: shop } }'),
      [
        "experiment.yaml:4:3 data.protocol.domains.offise: protocol 'os-to-h' names no domain 'offise', expected one of office, street, home; did you mean 'office'?",
      ],
    ],
    [
      'an empty split, a share that is too large, no target',
      experiment('{ sources: [shop], splits: { source: [], target: [tset] }, holdOut: 1 }'),
      [
        "experiment.yaml:3:13 data.protocol: 'target' is missing, expected it here",
        'experiment.yaml:3:50 data.protocol.splits.source: found an empty list, expected at least 1 of them',
        'experiment.yaml:3:63 data.protocol.splits.target[0]: found text "tset", expected one of train, dev, test; did you mean \'test\'?',
        'experiment.yaml:3:81 data.protocol.holdOut: found the number 1, expected a number <= 0.9',
      ],
    ],
    [
      'a list',
      experiment('[os-to-h]'),
      ['experiment.yaml:3:13 data.protocol: found a list, expected the name of a protocol, a YAML file, or sources and target'],
    ],
    [
      'a name that a plugin has',
      `${experiment('os-to-h')}protocols: { so-to-h: { sources: [shop], target: home } }\n`,
      ["experiment.yaml:11:14 protocols.so-to-h: 'so-to-h' is a protocol of test-plugin, expected another name"],
    ],
    [
      'a mistake in a domain, beside a misspelt protocol',
      experiment('os-to-j', '', domains.replace('office: { use: folder', 'office: { use: fodler')),
      [
        "experiment.yaml:3:13 data.protocol: there is no protocol 'os-to-j', expected one of os-to-h; did you mean 'os-to-h'?",
        "experiment.yaml:6:20 data.source.office.use: there is no dataset 'fodler', expected one of folder, office-raw; did you mean 'folder'?",
      ],
    ],
    [
      'the key misspelt',
      experiment('os-to-h').replace('protocol:', 'protocl:'),
      [
        expect.stringMatching(/experiment.yaml:3:3 data.protocl: 'protocl' is not known here, .*; did you mean 'protocol'\?/),
        'experiment.yaml:4:3 data.domains: no protocol takes its domains from here, expected data.protocol too, or data.source instead',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await problems(text)).toEqual(expected);
  });

  it('a domain twice on one side or on both', async () => {
    expect(await problems(experiment('{ sources: [shop], target: shop }'))).toEqual([
      "experiment.yaml:8:5 data.target.shop: 'shop' is a source too, expected each domain on one side",
    ]);
    expect(await problems(experiment('{ sources: [shop, shop], target: home }'))).toEqual([
      'experiment.yaml:3:24 data.protocol.sources: found a list, expected each item once',
    ]);
  });

  it('a file of a protocol that is not there or is no YAML', async () => {
    expect((await problems(experiment('nowhere.yaml')))[0]).toMatch(/experiment.yaml:3:13 data.protocol: Cannot read .*nowhere.yaml: there is no such file/);
    file('sources: [\n', 'broken.yaml');
    expect((await problems(experiment('broken.yaml')))[0]).toMatch(/^broken.yaml:2:1 /);
  });

  it('a protocol from --set', async () => {
    expect(await problems(experiment('os-to-h'), ['data.protocol=os-to-i'])).toEqual([
      "--set data.protocol=os-to-i:1:1 data.protocol: there is no protocol 'os-to-i', expected one of os-to-h; did you mean 'os-to-h'?",
    ]);
  });
});
