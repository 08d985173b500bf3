import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finished } from './run-gradalign.ts';

/** A real SLURM on loopback, of one node with this machine's cores. */
export interface SlurmCluster {
  /** Path of its slurm.conf, which the variable SLURM_CONF names for commands outside of `run`. */
  readonly configuration: string;
  /** Runs a command as a user of the cluster. */
  run(command: string, args: readonly string[], options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Finished;
  /** Stops everything that runs in it, and removes its files. */
  stop(): Promise<void>;
}

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel', 'unshare', 'nsenter', 'bash'];

/** Why no cluster can be started here; undefined where one can. */
export function withoutSlurm(): string | undefined {
  if (process.platform !== 'linux') return 'SLURM is for Linux';
  const path = `${process.env['PATH']}:/usr/sbin:/sbin`;
  const missing = programs.find((one) => spawnSync('sh', ['-c', `command -v ${one}`], { env: { PATH: path } }).status !== 0);
  if (missing !== undefined) return `${missing} is not installed (apt-get install slurm-wlm munge)`;
  return process.getuid?.() === 0 ? undefined : 'slurmctld, slurmd and jobs of this test run as root';
}

/** Its processes end when standard input is closed: also where the test is killed. */
const daemons = `
munged --foreground --force --key-file=munge.key --socket="$PWD/munge.socket" --pid-file="$PWD/munged.pid" --log-file="$PWD/munged.log" --seed-file="$PWD/munged.seed" >munged.out 2>&1 &
for _ in $(seq 100); do [ -S munge.socket ] && break; sleep 0.1; done
slurmctld -D -f "$PWD/slurm.conf" >slurmctld.out 2>&1 &
slurmd -D -f "$PWD/slurm.conf" >slurmd.out 2>&1 &
echo $$ started
read -r _
`;

/** Starts munged, slurmctld and slurmd in a process namespace of their own, with all their files in a temporary folder; `lines` end its slurm.conf. */
export async function startSlurm(lines: readonly string[] = []): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
  writeFileSync(join(folder, 'slurm.conf'), `${configuration(folder, await freePort(), await freePort())}${lines.join('\n')}\n`);
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, SLURM_CONF: join(folder, 'slurm.conf') };
  const namespace = spawn('unshare', ['--fork', '--kill-child', '--mount', '--pid', '--mount-proc', 'bash', '-c', daemons], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(namespace, 'exit');
  const stop = async () => {
    namespace.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await once(namespace.stdout, 'data');
    const first = firstProcess(namespace);
    const run: SlurmCluster['run'] = (command, args, options = {}) => {
      const inside = ['--target', first, '--mount', '--pid', `--wd=${options.cwd ?? folder}`, '--', command, ...args];
      const { status, stdout, stderr } = spawnSync('nsenter', inside, { encoding: 'utf8', env: { ...env, ...options.env }, maxBuffer: 2 ** 26 });
      return { status, out: stdout, err: stderr };
    };
    for (let i = 0; !/idle/.test(run('sinfo', ['-h', '-o', '%T']).out); i++) {
      if (i === 300) throw new Error(['munged', 'slurmctld', 'slurmd'].map((name) => readFileSync(join(folder, `${name}.out`), 'utf8')).join('\n'));
      await sleep(100);
    }
    return { configuration: env.SLURM_CONF, run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The number that the namespace's first process has outside of it. */
function firstProcess({ pid }: ChildProcess): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** A task that is queued again waits as long as a credential lives: 2 minutes by default. */
function configuration(folder: string, controller: number, node: number): string {
  const host = hostname().replace(/\..*/, '');
  return `
ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
SlurmUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}
