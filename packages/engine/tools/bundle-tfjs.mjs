// Bundles the JavaScript that the engine needs of TensorFlow.js into two CommonJS files, so that nobody who installs
// the package gets tfjs-node's own dependencies (an install script, archive readers, a downloader):
//   tfjs-gradients.cjs  gradients and chained ops, which tfjs-core leaves out of its Node bundle
//   tfjs-node.cjs       the backend and kernels of @tensorflow/tfjs-node, with its protocol buffers
// tfjs-core itself stays outside: there is one in a process.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, version as esbuildVersion } from 'esbuild';

const require = createRequire(import.meta.url);
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const versionOf = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;

const entries = {
  'tfjs-gradients': [
    "import '@tensorflow/tfjs-core/dist/register_all_gradients';",
    "import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';",
  ],
  'tfjs-node': [
    "export { NodeJSKernelBackend } from '@tensorflow/tfjs-node/dist/nodejs_kernel_backend';",
    "import '@tensorflow/tfjs-node/dist/register_all_kernels';",
  ],
};

/** What the bundles are made of: whoever keeps them keeps them under this. */
export function bundleInputs() {
  return [readFileSync(fileURLToPath(import.meta.url), 'utf8'), esbuildVersion, versionOf('@tensorflow/tfjs-core'), versionOf('@tensorflow/tfjs-node')].join(
    '\n',
  );
}

/** Writes both bundles into `folder`. */
export async function bundleTfjs(folder) {
  const core = {
    name: 'tfjs-core',
    setup: (context) => context.onResolve({ filter: /^@tensorflow\/tfjs(-core)?$/ }, () => ({ path: '@tensorflow/tfjs-core', external: true })),
  };
  for (const [name, lines] of Object.entries(entries)) {
    await build({
      stdin: { contents: lines.join('\n'), resolveDir: packageFolder, sourcefile: `${name}.js` },
      outfile: join(folder, `${name}.cjs`),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      legalComments: 'eof',
      ignoreAnnotations: true,
      logLevel: 'error',
      plugins: [core],
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleTfjs(join(packageFolder, 'dist'));
