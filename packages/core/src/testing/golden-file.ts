import { readFileSync } from 'node:fs';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { compileSchema } from '../configuration/compile-schema.ts';
import { cannot } from '../contracts/errors.ts';

/** A tensor as the golden files write it. */
export const plainTensor = Type.Object({ shape: Type.Array(Type.Integer({ minimum: 0 })), data: Type.Array(Type.Number()) });
export const plainTensors = Type.Record(Type.String(), plainTensor);

/**
 * Reads a golden file and validates it against its format.
 *
 * @throws UserError with exit code 2 that names the file and the place in it.
 */
export function readGoldenFile<S extends TSchema>(path: string, format: S): Static<S> {
  const refuse = (is: string, expected: string, cause?: unknown) => cannot(`read ${path}`, is, expected, { exitCode: 2, ...(cause ? { cause } : {}) });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message, 'JSON', error);
  }
  const validate = compileSchema(format);
  if (!validate(content))
    throw refuse(
      (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath === '' ? 'the content' : instancePath} ${message}`).join(', '),
      'the format of the files in goldens/',
    );
  const misshapen = findMisshapen(content, '');
  if (misshapen) throw refuse(misshapen, 'as many numbers as the shape has entries');
  return content as Static<S>;
}

function findMisshapen(value: unknown, at: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  if (Array.isArray(shape) && Array.isArray(data)) {
    const size = shape.reduce((product: number, side: number) => product * side, 1);
    return data.length === size ? undefined : `${at} has shape [${shape}] and ${data.length} numbers`;
  }
  if (Array.isArray(value) && typeof value[0] === 'number') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findMisshapen(inner, `${at}/${key}`);
    if (found) return found;
  }
  return undefined;
}
