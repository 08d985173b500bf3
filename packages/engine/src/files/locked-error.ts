/** The process that holds a lock: what the lock file says, as JSON. */
export interface LockHolder {
  readonly pid: number;
  /** Name of its machine, as `os.hostname()` gives it there. */
  readonly host: string;
  /** When it last showed that it lives, ISO 8601 by its own clock; absent from locks of earlier versions. */
  readonly time?: string;
  /** The boot of its kernel and its table of process ids: containers and machines may share a name. Absent outside Linux. */
  readonly machine?: string;
  /** When the process began, in ticks since that boot: a later process may have its id. Absent outside Linux. */
  readonly began?: string;
}

/** A folder is locked by another process. The facts are properties, for callers that word the message themselves. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  /** As the caller named it. */
  readonly folder: string;
  /** Absolute path of the lock file. Removing it frees the folder, should its holder be gone for good. */
  readonly file: string;
  readonly holder: LockHolder;
  constructor(folder: string, file: string, holder: LockHolder) {
    super(
      `Cannot lock the folder ${folder}: process ${holder.pid} on ${holder.host} holds it, expected one process a folder (if that process is gone, remove ${file})`,
    );
    this.folder = folder;
    this.file = file;
    this.holder = holder;
  }
}
