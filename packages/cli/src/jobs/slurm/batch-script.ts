import { oneTermination } from '../../interruptible.ts';
import { quoted } from '../train-command.ts';
import type { SlurmOptions } from './slurm-options.ts';

/** What both scripts begin with. */
export interface ScriptOptions extends Pick<SlurmOptions, 'setup'> {
  /** What starts gradalign, word by word. */
  readonly command: readonly string[];
  /** Where relative paths of the arguments begin. */
  readonly workingFolder: string;
  /** Holds a file for each task, and one for each command of the table's job: its arguments, each ended by a NUL byte. */
  readonly argumentsFolder: string;
}

/** Name of the file that holds the arguments of a task. */
export function taskFile(stage: number, task: number): string {
  return `${stage}-${task}`;
}

/** The content of such a file: no byte of an argument means anything to bash, which reads up to NUL. */
export function argumentsText(args: readonly string[]): string {
  return args.map((arg) => `${arg}\0`).join('');
}

/**
 * The script of the arrays; its argument is the stage. What is told to stop is told once: the cluster may have signaled every process of the task itself.
 * At the time limit (USR1, sent ahead) the task is queued again; a run that ended otherwise, or was canceled, is not.
 */
export function taskScript({ requeues, ...options }: ScriptOptions & Pick<SlurmOptions, 'requeues'>): string {
  return `${head(options)}
stage=$1
task="\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
child= stopped= timed_out= signaled=
stop() {
  stopped=yes signaled=yes
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
}
trap stop TERM INT
trap 'timed_out=yes; stop' USR1

echo "task $task on \${SLURMD_NODENAME:-$HOSTNAME}, started \${SLURM_RESTART_COUNT:-0} times before"
${setup(options)}
status=143
if [ -z "$stopped" ]; then
  mapfile -d '' -t arguments < "$arguments_folder/$stage-$SLURM_ARRAY_TASK_ID" && [ "\${#arguments[@]}" -gt 0 ] || exit 1
  "\${gradalign[@]}" "\${arguments[@]}" &
  child=$!
  # A signal that came meanwhile found no child to stop.
  [ -z "$stopped" ] || kill -TERM "$child" 2>/dev/null || true
  # A trapped signal ends wait before the run has ended.
  while :; do
    signaled=
    wait "$child" && status=0 || status=$?
    [ -n "$signaled" ] || break
  done
fi
# 130: it saved and ended. 143: it was stopped before it began.
if [ -n "$timed_out" ] && { [ "$status" -eq 130 ] || [ "$status" -eq 143 ]; }; then
  if [ "\${SLURM_RESTART_COUNT:-0}" -ge ${requeues} ]; then
    echo "the time limit is near, and the task was queued again ${requeues} times: not again (requeues)" >&2
  elif scontrol requeue "$task"; then
    echo "the time limit is near: saved, and queued again"
    exit 0
  fi
fi
exit "$status"
`;
}

/** The script of the job that makes table and report; its arguments are the names of files with arguments, run one after another. */
export function tableScript(options: ScriptOptions): string {
  return `${head(options)}
${setup(options)}
worst=0
for name in "$@"; do
  mapfile -d '' -t arguments < "$arguments_folder/$name" && [ "\${#arguments[@]}" -gt 0 ] || exit 1
  "\${gradalign[@]}" "\${arguments[@]}" || worst=1
done
exit "$worst"
`;
}

function head({ command, workingFolder, argumentsFolder }: ScriptOptions): string {
  return `#!/bin/bash
# Written by gradalign compare --slurm.
gradalign=(${command.map(quoted).join(' ')})
arguments_folder=${quoted(argumentsFolder)}
export ${oneTermination}=1
cd ${quoted(workingFolder)} || exit 1
`;
}

/** The user's own lines. */
function setup(options: Pick<ScriptOptions, 'setup'>): string {
  return options.setup.map((line) => `${line}\n`).join('');
}
