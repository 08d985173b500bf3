import { createReadStream, readFileSync } from 'node:fs';
import { browserFiles } from '@gradalign/face-detector';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/**
 * What the page may do: load from its own origin, run WebAssembly, and play the files that are opened in it. The same stands in index.html, but a worker
 * obeys the header of its own script only: a server that publishes the page must send it too.
 */
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; object-src 'none'";
const headers = { 'content-security-policy': policy, 'permissions-policy': 'camera=(self)', 'referrer-policy': 'no-referrer' };

/** Serves the files of the face detector under /detector/, and puts them there in a build: those of both networks, of which a page loads one. */
function faceDetectorFiles(): Plugin {
  const all = [...browserFiles('ssd'), ...browserFiles('tiny')];
  const files = new Map(all.map(({ name, path }) => [`detector/${name}`, path]));
  return {
    name: 'face-detector-files',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const name = (request.url ?? '').slice(1).split('?', 1)[0] as string;
        const path = files.get(name);
        if (path === undefined) return next();
        response.setHeader('content-type', typeOf(name));
        createReadStream(path).pipe(response);
      });
    },
    generateBundle() {
      for (const [fileName, path] of files) this.emitFile({ type: 'asset', fileName, source: readFileSync(path) });
    },
  };
}

function typeOf(name: string): string {
  return name.endsWith('.wasm') ? 'application/wasm' : name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}

export default defineConfig({
  // A file that is not there is an error, not this page once more.
  appType: 'mpa',
  // Addresses within the page are relative: it may stand in any folder of a server.
  base: './',
  // In this repository the packages are read from source; installed ones have no source condition and are read as they are.
  resolve: { conditions: ['@gradalign/source', ...defaultClientConditions] },
  // It finds its WebAssembly beside itself.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  plugins: [faceDetectorFiles()],
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { headers },
  preview: { headers },
});
