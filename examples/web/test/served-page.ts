import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const example = fileURLToPath(new URL('..', import.meta.url));
const vite = join(dirname(dirname(dirname(fileURLToPath(import.meta.resolve('vite'))))), 'bin', 'vite.js');
const fromSource = ['--conditions=@gradalign/source', '--import', import.meta.resolve('tsx'), vite];
const options = ['--configLoader', 'native'];

/** `npm run build`, into a folder. @throws Error with what it printed, where it fails */
export function buildPage(folder: string): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...fromSource, 'build', ...options, '--outDir', folder, '--emptyOutDir'], {
    cwd: example,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Cannot build the page: status ${status}, expected 0\n${stdout}${stderr}`);
}

/** A server of the page. Whoever starts it closes it. */
export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** `npm run preview` of a built page, or `npm run dev`, on a free port. */
export async function servePage(how: { readonly built: string } | 'dev'): Promise<Served> {
  const args = how === 'dev' ? [] : ['preview', '--outDir', how.built];
  const child = spawn(process.execPath, [...fromSource, ...args, ...options, '--host', '127.0.0.1', '--port', '0'], {
    cwd: example,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { address: await addressOf(child), close: () => ended(child) };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (text: string) => {
      printed += text;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.on('exit', (code) => reject(new Error(`Cannot serve the page: vite ended with status ${code}, expected it to run\n${printed}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await exit;
}
