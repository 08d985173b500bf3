/** A tensor of an ONNX graph, by name, with its shape (`n`: the batch). */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly (number | 'n')[];
  /** True: the recorded [n, height, width, channels] is [n, channels, height, width] here. */
  readonly channelsFirst: boolean;
}

export type OnnxData = Float32Array | BigInt64Array | Int8Array | Uint8Array | Int32Array;

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers are integers; `{ float }` is one that is not. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly data: OnnxData;
}

export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | 'n')[];
}

/** An ONNX graph before it is a file: plain data. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
}
