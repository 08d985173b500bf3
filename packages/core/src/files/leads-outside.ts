import { readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Whether a path, links followed, is not below a folder: what a user names must not reach files elsewhere through links that somebody put into it. The folder
 * itself may be a link. False where the path leads nowhere.
 */
export function leadsOutside(path: string, folder: string): boolean {
  let [real, root] = ['', ''];
  try {
    [real, root] = [realpathSync(path), realpathSync(folder)];
  } catch {
    return false;
  }
  return real !== root && !real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/** Why a link is not followed. */
export const linkedOutside = 'it is a link that leads outside the folder: not followed; name the folder it leads to instead';

/** The paths directly in a folder that lead out of it. */
export function linksOutOf(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => leadsOutside(path, folder));
}
