/** Whether a version such as `2.17` or `525.60.13` is older than `major.minor`. */
export function isOlder(version: string, [oldestMajor, oldestMinor]: readonly [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
