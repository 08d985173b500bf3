// Bundles the JavaScript that the engine needs of TensorFlow.js into two CommonJS files, so that installing the package
// does not install tfjs-node's dependencies (an install script, a downloader, archive readers):
//   tfjs-gradients.cjs  gradients and chained ops, which tfjs-core leaves out of its Node bundle
//   tfjs-node.cjs       tfjs-node's backend and kernels, with their protocol buffers
// tfjs-core itself is not bundled: there must be one per process. A third file holds the licenses of everything bundled.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version as esbuildVersion } from 'esbuild';

const require = createRequire(import.meta.url);
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const versionOf = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;

const entries = {
  'tfjs-gradients': `
    import '@tensorflow/tfjs-core/dist/register_all_gradients';
    import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';`,
  'tfjs-node': `
    export { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend';
    import '@tensorflow/tfjs-node/dist/register_all_kernels';`,
};

/** The union package would add layers, converter, WebGL and polyfills; tfjs-node only uses the part that is tfjs-core. */
const onlyCore = {
  name: 'only-core',
  setup: ({ onResolve }) => onResolve({ filter: /^@tensorflow\/tfjs(-core)?$/ }, () => ({ path: '@tensorflow/tfjs-core', external: true })),
};

/** Everything that the bundles depend on: a cache of them uses its hash as the key. */
export function bundleInputs() {
  return [readFileSync(fileURLToPath(import.meta.url), 'utf8'), esbuildVersion, versionOf('@tensorflow/tfjs-core'), versionOf('@tensorflow/tfjs-node')].join(
    '\n',
  );
}

/** Writes the bundles and their licenses into `folder`. */
export async function bundleTfjs(folder) {
  const packages = new Set();
  for (const [name, contents] of Object.entries(entries)) {
    const { metafile } = await build({
      absWorkingDir: packageFolder,
      stdin: { contents, resolveDir: packageFolder, sourcefile: `${name}.js` },
      outfile: join(folder, `${name}.cjs`),
      bundle: true,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      legalComments: 'eof',
      banner: { js: '// Bundled from the packages named in tfjs-licenses.txt, which holds their notices.' },
      ignoreAnnotations: true, // registering kernels is a side effect, whatever the annotations say
      logLevel: 'error',
      plugins: [onlyCore],
    });
    for (const input of Object.keys(metafile.inputs)) {
      const root = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(join(packageFolder, input))?.[1];
      if (root) packages.add(root);
    }
  }
  writeFileSync(
    join(folder, 'tfjs-licenses.txt'),
    [...packages]
      .sort()
      .map(licenseOf)
      .join(`\n${'='.repeat(80)}\n\n`),
  );
}

/** A package's license file, or the first comment of its main file if it has none. */
function licenseOf(folder) {
  const { name, version, license, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  const source = join(folder, name === 'seedrandom' ? 'seedrandom.js' : main);
  const head = existsSync(source) ? /\/\*[\s\S]*?\*\//.exec(readFileSync(source, 'utf8'))?.[0] : undefined;
  return `${name} ${version}, ${license}\n\n${(file ? readFileSync(join(folder, file), 'utf8') : (head ?? '')).trim()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleTfjs(join(packageFolder, 'dist'));
