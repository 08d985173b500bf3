import { expect, it } from 'vitest';
import { locatePlugin } from './load-plugins.ts';
import { createPluginTrust } from './plugin-trust.ts';

it.each(['', ' '])('--trust "%s" is refused: as a path it would be the working folder, with all below it', (trust) => {
  expect(() => createPluginTrust({ experiment: 'a/experiment.yaml', trust: [trust], env: {} })).toThrow('Cannot trust a plugin: --trust is empty');
});

it.each(['data:text/javascript,1', 'https://example.org/p.mjs', 'node:fs', 'a b'])(
  '%s is neither a file nor a package, and npm is not asked for it',
  (name) => {
    expect(() => locatePlugin(name, '/tmp', [])).toThrow(`Cannot load plugin '${name}': it is neither a file nor the name of a package`);
  },
);

it.each(['no-such-plugin', '@no/such-plugin', 'no-such/dist/p.js'])('%s is a package that is not installed', (name) => {
  expect(() => locatePlugin(name, '/tmp', [])).toThrow(`expected an installed package: npm install ${name}`);
});
