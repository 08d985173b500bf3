/**
 * A path in a list as an id: `/` between parts, NFC, no `.` parts. Undefined for one that is not a path below the root: absolute, or leading out of it
 * (`../../x`).
 */
export function listedPath(text: string): string | undefined {
  const path = withSlashes(text);
  return isAbsolute(path) ? undefined : partsOf(path)?.join('/');
}

/** The parts of a path with slashes, `.` and `..` resolved, without a drive. Undefined where it leads above its start, or is empty. */
export function partsOf(path: string): string[] | undefined {
  const parts: string[] = [];
  for (const part of path.replace(drive, '').split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.length === 0 ? undefined : parts;
}

/** Whether a path with slashes starts at a root, of Unix or of Windows. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || drive.test(path);
}

/** Composed letters (NFC), and `/` for the `\` of Windows. */
export function withSlashes(text: string): string {
  return text.normalize('NFC').replaceAll('\\', '/');
}

const drive = /^[a-z]:/i;
