import { type Static, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** A map whose values have a shape. `Type.Record` leaves values alone whose keys hold a line break. */
export function byName<T extends TSchema>(values: T): TUnsafe<Record<string, Static<T>>> {
  return Type.Unsafe(Type.Object({}, { additionalProperties: values }));
}

/** The first way in which JSON that gradalign wrote departs from its shape, for messages: `files/model.safetensors/bytes: Expected integer`. */
export function shapeProblem(shape: TSchema, value: unknown): string | undefined {
  // Looking for errors takes three times as long.
  const problem = Value.Check(shape, value) ? undefined : Value.Errors(shape, value).First();
  if (!problem) return undefined;
  const where = problem.path.slice(1).slice(0, 200);
  return `${where === '' ? '' : `${where}: `}${problem.message}`;
}
