import { Type } from '@sinclair/typebox';

/** An option with a few allowed words or numbers; messages and documentation list them. */
export function oneOf<const T extends string | number>(values: readonly T[], options: { readonly description?: string; readonly default?: T } = {}) {
  return Type.Unsafe<T>({ type: typeof values[0] === 'number' ? 'integer' : 'string', enum: [...values], ...options });
}
