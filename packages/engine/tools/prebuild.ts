// npm run prebuild -w packages/engine: puts this platform's binding, and the sources to compile it on others, into
// prebuilt/ for the published package. Installs the engine first if necessary: its headers are needed, and the binding is
// tested with it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFolder } from '../src/files/package-folder.ts';
import { installEngine } from '../src/install/install-engine.ts';
import { bindingFiles, bindingId, copyBinding } from '../src/installed/binding.ts';
import { bindingSourceFiles, bindingSources } from '../src/installed/binding-sources.ts';
import { engineStatus } from '../src/installed/installed-engine.ts';

/** What TensorFlow's own libraries require: a binding that requires newer versions would not load everywhere they do. */
const newest = { GLIBC: '2.27', GLIBCXX: '3.4.22', CXXABI: '1.3.11' };

const { summary } = await installEngine({ notice: (message) => console.log(message) });
console.log(summary);
const status = engineStatus('cpu');
const sources = bindingSources();
const id = bindingId();
if (status.state !== 'ready' || sources === undefined || id === undefined)
  throw new Error(`Cannot prebuild the binding: the engine is ${status.state}, expected it ready`);
for (const name of bindingFiles) requireOldSymbols(join(status.binding, name));

const prebuilt = join(packageFolder, 'prebuilt');
const platform = join(prebuilt, `${process.platform}-${process.arch}`);
removeOtherIds();
mkdirSync(platform, { recursive: true });
copyBinding(status.binding, platform);
writeFileSync(join(platform, 'id'), `${id}\n`);

const source = join(prebuilt, 'source');
for (const { file, shippedAs } of bindingSourceFiles(sources)) if (shippedAs !== undefined) copyTo(file, join(source, shippedAs));
copyTo(join(sources.nodeApi, '..', 'LICENSE'), join(source, 'node-api', 'LICENSE'));
const { version } = JSON.parse(readFileSync(join(sources.tfjs, '..', 'package.json'), 'utf8')) as { version: string };
writeFileSync(join(source, 'tfjs', 'NOTICE'), `From @tensorflow/tfjs-node ${version}, Apache-2.0, unchanged. The license is in the LICENSE of this package.\n`);
console.log(`Binding ${id} is in ${platform}`);

/** Keeps bindings of other platforms that were built from the same sources. */
function removeOtherIds(): void {
  for (const name of existsSync(prebuilt) ? readdirSync(prebuilt) : []) {
    const file = join(prebuilt, name, 'id');
    if (!existsSync(file) || readFileSync(file, 'utf8').trim() !== id) rmSync(join(prebuilt, name), { recursive: true });
  }
}

function requireOldSymbols(file: string): void {
  const content = readFileSync(file, 'latin1');
  for (const [library, limit] of Object.entries(newest)) {
    const versions = [...content.matchAll(new RegExp(`\\b${library}_(\\d+(?:\\.\\d+)+)\\0`, 'g'))].map(([, version = '']) => version);
    const beyond = versions.filter((version) => version.localeCompare(limit, 'en', { numeric: true }) > 0);
    if (beyond.length > 0) throw new Error(`Cannot ship ${file}: it requires ${library} ${beyond.join(', ')}, expected ${limit} or older`);
  }
}

function copyTo(file: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
}
