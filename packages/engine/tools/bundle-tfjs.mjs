// Bundles the JavaScript that the engine needs of TensorFlow.js into two CommonJS files, so that nobody who installs
// the package gets tfjs-node's own dependencies (an install script, a downloader, archive readers):
//   tfjs-gradients.cjs  gradients and chained ops, which tfjs-core leaves out of its Node bundle
//   tfjs-node.cjs       the backend and the kernels of tfjs-node, with their protocol buffers
// tfjs-core itself stays outside: there is one in a process. The licences of all that is inside stand in a third file.
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

/** The union package would bring layers, converter, WebGL and polyfills: all that tfjs-node uses of it is tfjs-core's. */
const onlyCore = {
  name: 'only-core',
  setup: ({ onResolve }) => onResolve({ filter: /^@tensorflow\/tfjs(-core)?$/ }, () => ({ path: '@tensorflow/tfjs-core', external: true })),
};

/** What the bundles are made of: whoever keeps them keeps them under this. */
export function bundleInputs() {
  return [readFileSync(fileURLToPath(import.meta.url), 'utf8'), esbuildVersion, versionOf('@tensorflow/tfjs-core'), versionOf('@tensorflow/tfjs-node')].join(
    '\n',
  );
}

/** Writes the bundles and their licences into `folder`. */
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
      ignoreAnnotations: true, // "side effect free" is what registering is not
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
      .map(licenceOf)
      .join(`\n${'='.repeat(80)}\n\n`),
  );
}

/** A package's own licence file, or the comment at the head of its main file where it has none. */
function licenceOf(folder) {
  const { name, version, license, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  const source = join(folder, name === 'seedrandom' ? 'seedrandom.js' : main);
  const head = existsSync(source) ? /\/\*[\s\S]*?\*\//.exec(readFileSync(source, 'utf8'))?.[0] : undefined;
  return `${name} ${version}, ${license}\n\n${(file ? readFileSync(join(folder, file), 'utf8') : (head ?? '')).trim()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleTfjs(join(packageFolder, 'dist'));
