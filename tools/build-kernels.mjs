// npm run build:kernels: compiles the AssemblyScript kernels of packages/pixels to modules that hold the bytes, which are committed: a checkout and a
// published package need no compiler. `-- --check` compares only, and exits 1 where a module is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const kernels = [{ source: 'packages/pixels/kernels/sample-color.as.ts', module: 'packages/pixels/src/view/sample-color.wasm.ts', name: 'sampleColorWasm' }];
const root = fileURLToPath(new URL('..', import.meta.url));
let stale = 0;
let compiled;
for (const { source, module, name } of kernels) {
  const { error, stderr } = await asc.main(
    [source, '--baseDir', root, '-O3', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--noAssert', '--outFile', 'kernel.wasm'],
    {
      readFile: (path, base) => {
        try {
          return readFileSync(`${base ?? root}/${path}`, 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (_, contents) => {
        compiled = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) {
    console.error(`Cannot compile ${source}: ${stderr}`);
    process.exit(1);
  }
  const base64 = Buffer.from(compiled)
    .toString('base64')
    .replaceAll(/.{1,120}/g, "  '$&' +\n")
    .replace(/ \+\n$/, '');
  const text = `// Made by \`npm run build:kernels\` from ${source}: do not edit.\n\n/** WebAssembly with SIMD, in base64. */\nexport const ${name} =\n${base64};\n`;
  if (readIfThere(`${root}/${module}`) === text) continue;
  stale++;
  if (process.argv.includes('--check')) console.error(`${module} is not what ${source} compiles to: run npm run build:kernels`);
  else writeFileSync(`${root}/${module}`, text);
}
process.exitCode = stale > 0 && process.argv.includes('--check') ? 1 : 0;

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
