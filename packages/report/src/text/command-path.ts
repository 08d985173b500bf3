/** A path as it stands in a command to copy: without a slash at its end, quoted where a shell would split or read it. */
export function commandPath(path: string): string {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return /^[\p{L}\p{N}@%+=:,./_-]+$/u.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}
