/** Throws `Cannot <what>: <is>, expected <expected>`. */
export function refuse(what: string, is: string, expected: string): never {
  throw new Error(`Cannot ${what}: ${is}, expected ${expected}`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
