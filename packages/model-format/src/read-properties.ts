import { refuse } from './refuse.ts';

const what = 'read the ONNX file';

/** `metadata_props` of a ModelProto, and `graph`, by field number (onnx.proto). */
const fields = { graph: 7, properties: 14 } as const;

/**
 * The metadata properties of an ONNX file by key: onnxruntime-web does not tell them. Weights are passed over.
 *
 * @throws Error `Cannot read the ONNX file: ...` where it is empty, cut off or no ONNX model
 */
export function readProperties(model: Uint8Array): ReadonlyMap<string, string> {
  if (model.length === 0) return refuse(what, 'it is empty', 'an ONNX file that gradalign export wrote');
  const properties = new Map<string, string>();
  let graphs = 0;
  for (const { field, bytes } of messageFields(model)) {
    if (field === fields.graph) graphs++;
    if (field !== fields.properties || !bytes) continue;
    const texts = new Map<number, string>();
    for (const entry of messageFields(bytes)) if (entry.bytes) texts.set(entry.field, new TextDecoder().decode(entry.bytes));
    properties.set(texts.get(1) ?? '', texts.get(2) ?? '');
  }
  return graphs === 1 ? properties : refuse(what, 'it holds no model', 'an ONNX file that gradalign export wrote');
}

interface MessageField {
  readonly field: number;
  /** Of fields with a length. */
  readonly bytes?: Uint8Array;
}

/** The fields of a protobuf message, in order (protobuf.dev, "Encoding"). */
function* messageFields(message: Uint8Array): Generator<MessageField> {
  let at = 0;
  const damaged = () => refuse(what, 'it is damaged or cut off', 'an ONNX file that gradalign export wrote');
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return damaged();
  };
  while (at < message.length) {
    const tag = number();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    const length = wire === 2 ? number() : wire === 5 ? 4 : wire === 1 ? 8 : 0;
    if (field === 0 || ![0, 1, 2, 5].includes(wire)) damaged();
    if (wire === 0) number();
    if (at + length > message.length) damaged();
    yield wire === 2 ? { field, bytes: message.subarray(at, at + length) } : { field };
    at += length;
  }
}
