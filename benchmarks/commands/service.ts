import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cannot } from '@gradalign/core';
import sharp from 'sharp';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';
import { median, quantile } from '../statistics.ts';

const help = `npm run bench -- service --model <file.onnx> [--json] [--requests <n>] [--memory <n>]

Time and memory of examples/service on the loopback interface: a JPEG file of 640 x 480 from 1, 8 and 32 clients, each of which waits for its answer before the
next request; then the resident memory of all its processes over many requests.
  --model <file>     an exported model; pictures are taken as crops, no face is looked for
  --json             one JSON object for machines
  --requests <n>     requests for each number of clients (default 400)
  --memory <n>       requests over which memory is watched (default 20000; 0: none)
  --processes <n>    judging processes (default: one for each processor)`;

const clientCounts = [1, 8, 32];

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, model: text, requests: text, memory: text, processes: text }, help);
    if (!values) return;
    const { model, processes } = values;
    if (typeof model !== 'string' || !existsSync(model)) throw cannot('run the benchmark', 'no model is there', '--model <file.onnx>', { exitCode: 2 });
    const requests = wholeNumber('requests', values['requests'], 400);
    const watched = values['memory'] === '0' ? 0 : wholeNumber('memory', values['memory'], 20_000);
    const service = await startService(model, typeof processes === 'string' ? processes : undefined);
    try {
      const picture = await testPicture();
      await load(service.url, picture, 8, 40);
      const latency = [];
      for (const clients of clientCounts) latency.push({ clients, ...(await load(service.url, picture, clients, requests)) });
      const memory = watched > 0 ? await memoryOver(service.url, picture, watched) : undefined;
      if (values['json']) console.log(JSON.stringify({ machine: describeMachine(), requests, latency, memory }, null, 2));
      else console.log(render(latency, memory));
    } finally {
      service.child.kill('SIGTERM');
    }
  },
};

interface Load {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Requests. */
  readonly perSecond: number;
  readonly failed: number;
}

/** Of the process that listens, and of those that judge. */
interface Resident {
  readonly listening: number;
  readonly judging: number;
}

interface Memory {
  readonly requests: number;
  readonly failed: number;
  /** Means of each quarter of the samples in MiB. */
  readonly quarters: readonly Resident[];
}

async function startService(model: string, processes: string | undefined): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const main = fileURLToPath(new URL('../../examples/service/src/main.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const settings = {
    ...{ GRADALIGN__MODEL: model, GRADALIGN__PORT: '0', GRADALIGN__CROPPED: 'true', GRADALIGN__LOG: 'error', GRADALIGN__QUEUE: '64' },
    ...(processes === undefined ? {} : { GRADALIGN__PROCESSES: processes }),
  };
  const child = spawn(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, main], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, port] = /^Listening on \S+:(\d+)$/m.exec(said) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    child.on('exit', () => reject(cannot('start the service', said.trim(), 'it to listen')));
  });
  return { child, url };
}

/** Waves with noise: bright and sharp enough to be judged. */
function testPicture(): Promise<Buffer> {
  const [width, height] = [640, 480];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 60 * Math.sin(i / 97) + 60 * Math.cos(i / 11_003) + ((i * 31) % 7));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** So many requests from so many clients over connections that stay open. */
async function load(url: string, picture: Buffer, clients: number, requests: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let [sent, failed] = [0, 0];
  const client = async () => {
    while (sent++ < requests) {
      const start = performance.now();
      if ((await post(url, picture, agent)) !== 200) failed++;
      times.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return { p50: median(times), p99: quantile(times, 0.99), perSecond: times.length / seconds, failed };
}

function post(url: string, body: Buffer, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
    const sent = request(`${url}/check`, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject).end(body);
  });
}

async function memoryOver(url: string, picture: Buffer, requests: number): Promise<Memory> {
  const parts = 80;
  const samples: Resident[] = [];
  let failed = 0;
  for (let part = 0; part < parts; part++) {
    failed += (await load(url, picture, 8, Math.ceil(requests / parts))).failed;
    samples.push(await residentMiB(url));
  }
  const quarter = (i: number) => meanOf(samples.slice((i * parts) / 4, ((i + 1) * parts) / 4));
  return {
    requests: parts * Math.ceil(requests / parts),
    failed,
    quarters: [0, 1, 2, 3].map(quarter),
  };
}

function meanOf(samples: readonly Resident[]): Resident {
  const mean = (of: keyof Resident) => samples.reduce((sum, { [of]: value }) => sum + value, 0) / samples.length;
  return { listening: mean('listening'), judging: mean('judging') };
}

async function residentMiB(url: string): Promise<Resident> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { listening: value('process_resident_memory_bytes') / 2 ** 20, judging: value('gradalign_processes_resident_bytes') / 2 ** 20 };
}

function render(latency: readonly (Load & { readonly clients: number })[], memory: Memory | undefined): string {
  const rows = latency.map(
    ({ clients, p50, p99, perSecond, failed }) => `| ${clients} | ${p50.toFixed(0)} | ${p99.toFixed(0)} | ${perSecond.toFixed(0)} | ${failed} |`,
  );
  const table = ['| clients | p50, ms | p99, ms | requests a second | not judged |', '|---|---|---|---|---|', ...rows].join('\n');
  return [describeMachine(), table, ...(memory ? [renderMemory(memory)] : [])].join('\n');
}

function renderMemory({ requests, failed, quarters }: Memory): string {
  const all = quarters.map(({ listening, judging }) => listening + judging) as [number, ...number[]];
  const change = 100 * ((all.at(-1) as number) / all[0] - 1);
  const rows = quarters.map(({ listening, judging }, i) => `| ${i + 1} | ${listening.toFixed(0)} | ${judging.toFixed(0)} | ${all[i]?.toFixed(0)} |`);
  const table = ['| quarter | listening, MiB | judging, MiB | together |', '|---|---|---|---|', ...rows].join('\n');
  return `Resident memory over ${requests} requests (${failed} not judged), last quarter against first: ${change.toFixed(1)} %\n${table}`;
}
