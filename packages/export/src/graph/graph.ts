/** A dimension: a number, or the batch size. */
export type Dimension = number | 'n';

/** A tensor of a graph: a constant with its numbers, or what a node computes. Shapes and orders are those of the recorded kernels (images: NHWC). */
export interface Value {
  readonly shape: readonly Dimension[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** Of a constant; row-major. */
  readonly data?: Float32Array | Int32Array | Uint8Array;
  /** Of a constant that is a weight. */
  readonly name?: string;
}

/** One recorded kernel. */
export interface GraphNode {
  /** Name of the kernel: `Conv2D`. */
  readonly kernel: string;
  /** By the kernel's own names; kernels that take a list have the keys 0, 1, ... */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What people find it by: the weight that it reads, or the last one read before. */
  readonly layer: string;
}

/** A forward pass as kernels, in the order in which they run. */
export interface Graph {
  readonly input: Value;
  readonly nodes: readonly GraphNode[];
  readonly outputs: Readonly<Record<string, Value>>;
}
