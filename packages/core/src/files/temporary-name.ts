import { isAlive } from '@gradalign/engine/files';

const temporary = /\.(\d+)\.tmp$/;

/** `results.json.1234.tmp`: what this process writes to before it renames it. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** The process that writes to a file of this name, or did; undefined where it is no such name. */
export function writerOf(name: string): number | undefined {
  const pid = Number(temporary.exec(name)?.[1]);
  return pid > 0 ? pid : undefined;
}

/** Whether a file of this name was left by a process that was killed before it renamed it. */
export function isLeftBehind(name: string): boolean {
  const pid = writerOf(name);
  return pid !== undefined && pid !== process.pid && !isAlive(pid);
}
