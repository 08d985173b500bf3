import { spawnSync } from 'node:child_process';
import { cannot } from '@gradalign/core/pixels';

/** The ffmpeg that is installed. */
export interface Ffmpeg {
  /** `5.1.9-0+deb12u1` */
  readonly version: string;
  /** Options that pass every frame once, whatever its time stamp. */
  readonly everyFrame: readonly string[];
}

/** The system's ffmpeg and ffprobe. @throws UserError that says how to install them */
export function findFfmpeg(): Ffmpeg {
  versionOf('ffprobe');
  const version = versionOf('ffmpeg');
  const [major = 99, minor = 0] = (/^n?(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  // -fps_mode exists from 5.1 on; later versions removed -vsync.
  return { version, everyFrame: major > 5 || (major === 5 && minor >= 1) ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'] };
}

function versionOf(program: string): string {
  const { error, status, stdout } = spawnSync(program, ['-version'], { encoding: 'utf8', windowsHide: true });
  if (!error && status === 0) return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const missing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  throw cannot(
    'read videos',
    missing ? `there is no ${program} on the PATH` : `${program} does not run (${error?.message ?? `it exits with code ${status}`})`,
    'ffmpeg and ffprobe: apt-get install ffmpeg (Debian, Ubuntu), dnf install ffmpeg-free (Fedora), brew install ffmpeg (macOS)',
  );
}
