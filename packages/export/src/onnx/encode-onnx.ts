import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, type AttributeProtoSchema, ModelProtoSchema, TensorProto_DataType, type TensorProtoSchema } from '../proto/onnx_pb.ts';
import type { OnnxAttribute, OnnxConstant, OnnxData, OnnxGraph, OnnxPort } from './onnx-graph.ts';

/** The operator set that exported models use; every runtime since 2022 has it. */
export const opset = 17;

/** The version of ONNX's file format that came with this operator set. */
const irVersion = 8;

export interface EncodeOptions {
  readonly version: string;
  /** For people: shown by viewers. */
  readonly description: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** The bytes of an `.onnx` file. */
export function encodeOnnx({ inputs, outputs, nodes, constants }: OnnxGraph, { version, description, properties }: EncodeOptions): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: 'gradalign',
    producerVersion: version,
    docString: description,
    metadataProps: Object.entries(properties).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'gradalign',
      input: inputs.map(portOf),
      output: outputs.map(portOf),
      initializer: [...constants].map(([name, constant]) => tensorOf(name, constant)),
      node: nodes.map(({ op, name, inputs: input, outputs: output, attributes }) => ({
        opType: op,
        name,
        input: [...input],
        output: [...output],
        attribute: Object.entries(attributes).map(([key, value]) => attributeOf(key, value)),
      })),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function portOf({ name, shape }: OnnxPort) {
  const dim = shape.map((length) => ({
    value: length === 'n' ? { case: 'dimParam' as const, value: 'n' } : { case: 'dimValue' as const, value: BigInt(length) },
  }));
  return { name, type: { value: { case: 'tensorType' as const, value: { elemType: TensorProto_DataType.FLOAT, shape: { dim } } } } };
}

function tensorOf(name: string, { shape, data }: OnnxConstant): MessageInitShape<typeof TensorProtoSchema> {
  return { name, dims: shape.map(BigInt), dataType: typeOf(data), rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function typeOf(data: OnnxData): TensorProto_DataType {
  if (data instanceof Float32Array) return TensorProto_DataType.FLOAT;
  if (data instanceof BigInt64Array) return TensorProto_DataType.INT64;
  if (data instanceof Int8Array) return TensorProto_DataType.INT8;
  return data instanceof Uint8Array ? TensorProto_DataType.UINT8 : TensorProto_DataType.INT32;
}

function attributeOf(name: string, value: OnnxAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  const { FLOAT, INT, INTS, STRING } = AttributeProto_AttributeType;
  if (typeof value === 'number') return { name, type: INT, i: BigInt(value) };
  if (typeof value === 'string') return { name, type: STRING, s: new TextEncoder().encode(value) };
  return 'float' in value ? { name, type: FLOAT, f: value.float } : { name, type: INTS, ints: value.map(BigInt) };
}
