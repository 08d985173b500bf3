import * as tf from '@tensorflow/tfjs-core';

type Node = ReturnType<typeof tf.engine>['state']['activeTape'][number];

/** dL/d(output) for one output of the recorded forward. */
export interface Cotangent {
  /** A tensor that the forward returned. */
  readonly output: tf.Tensor;
  /** Of the output's shape, float32; stays the caller's. */
  readonly cotangent: tf.Tensor;
}

/** One operation of a recorded forward. */
export interface Operation {
  /** Ids of the tensors and variables that it read. */
  readonly inputs: readonly number[];
  /** What it made. */
  readonly outputs: readonly { readonly id: number; readonly shape: readonly number[] }[];
}

/** Options of {@link Tape.pullback}. */
export interface PullbackOptions {
  /** Whether this is the tape's last pullback, which disposes it: what the tape saved is released as soon as it is not needed. False by default. */
  readonly last?: boolean;
}

/**
 * Runs `forward` once and keeps its graph for any number of pullbacks: k gradients cost one forward and k backward passes, where tfjs's own gradient
 * functions run the forward again for each.
 *
 * Variables may be assigned new values before a pullback: the graph keeps the values that the forward saw.
 * @param forward Computes and returns tensors, alone or in arrays and objects. Its intermediate tensors are disposed, as in a tidy.
 * @param options.sources What gradients will be taken of, if known: everything that depends on none of them is released at once.
 * @returns What `forward` returned, whose tensors are the caller's to dispose, and the tape, which is disposed by its `dispose()` or its last pullback.
 * @throws Error inside another recording, or if `forward` returns a promise; what `forward` throws.
 */
export function recordTape<T>(forward: () => T, options: { readonly sources?: readonly tf.Tensor[] } = {}): { result: T; tape: Tape } {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) throw new Error('Cannot record a tape: another gradient is being recorded, expected a call outside of it');
  const nodes: Node[] = [];
  state.activeTape = nodes;
  state.gradientDepth = 1;
  try {
    const result = tf.tidy(forward as () => tf.TensorContainer) as T;
    if (result instanceof Promise) throw new Error('Cannot record a tape: the forward returned a promise, expected its tensors');
    return { result, tape: new Tape(nodes, tf.tensor_util.getTensorsInContainer(result as tf.TensorContainer), options.sources) };
  } catch (error) {
    for (const node of nodes) {
      release(node);
      if (isSavedCopy(node)) tf.dispose(node.outputs);
    }
    throw error;
  } finally {
    state.gradientDepth = 0;
    state.activeTape = [];
  }
}

/** The graph of one forward pass, made by {@link recordTape}. Holds tensors until it is disposed. */
export class Tape implements Disposable {
  readonly #outputs: ReadonlySet<number>;
  #nodes: readonly Node[] | undefined;

  constructor(nodes: readonly Node[], outputs: readonly tf.Tensor[], sources?: readonly tf.Tensor[]) {
    this.#outputs = idsOf(outputs);
    this.#nodes = keepPath(nodes, sources && idsOf(sources), this.#outputs);
  }

  /**
   * For each source the sum over the cotangents of (∂output/∂source)ᵀ cotangent. Only nodes on a path from a source to an output are visited: a pullback
   * through one of several independent parts costs only that part.
   *
   * @returns One tensor for each source, of its shape, the caller's to dispose; undefined if no path leads from the source to an output.
   * @throws Error if the tape is disposed, an output is not one of the forward's, a shape is wrong, or an operation on the path has no gradient.
   */
  pullback(cotangents: readonly Cotangent[], sources: readonly tf.Tensor[], { last = false }: PullbackOptions = {}): (tf.Tensor | undefined)[] {
    const nodes = this.#nodes;
    if (!nodes) throw new Error('Cannot pull back: the tape is disposed, expected a live one');
    try {
      for (const cotangent of cotangents) this.#check(cotangent);
      const path = pathBetween(nodes, idsOf(sources), idsOf(cotangents.map(({ output }) => output)));
      if (last) for (const node of nodes) if (!path.has(node)) release(node);
      return tf.tidy(() => walkBack([...path], cotangents, sources, last ? release : () => {}) as tf.Tensor[]);
    } finally {
      if (last) this.dispose();
    }
  }

  /** The operations between the sources and the outputs, in their order; none once the tape is disposed. */
  get operations(): readonly Operation[] {
    return (this.#nodes ?? []).map(({ inputs, outputs }) => ({
      inputs: Object.values(inputs).flatMap((input) => (input ? [input.id] : [])),
      outputs: outputs.map(({ id, shape }) => ({ id, shape })),
    }));
  }

  /** Releases what the tape saved. The forward's outputs stay. May be called twice. */
  dispose(): void {
    for (const node of this.#nodes ?? []) release(node);
    this.#nodes = undefined;
  }

  /** For `using`: the same as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #check({ output, cotangent }: Cotangent): void {
    if (!this.#outputs.has(output.id)) throw new Error(`Cannot pull back from a tensor of shape [${output.shape}]: expected one that the forward returned`);
    if (!tf.util.arraysEqual(output.shape, cotangent.shape))
      throw new Error(`Cannot pull back: the cotangent has shape [${cotangent.shape}], expected the output's [${output.shape}]`);
  }
}

/** Visits the nodes from last to first. Runs inside a tidy, which cleans up after a throw. */
function walkBack(path: readonly Node[], cotangents: readonly Cotangent[], sources: readonly tf.Tensor[], passed: (node: Node) => void) {
  const asked = idsOf(sources);
  const reached = new Set(asked);
  for (const node of path) for (const id of differentiable(node.outputs)) reached.add(id);
  const gradients = new Gradients();
  for (const { output, cotangent } of cotangents) gradients.add(output.id, cotangent);
  for (const node of path.toReversed()) {
    const wanted = Object.entries(node.inputs).filter(([, input]) => input && reached.has(input.id));
    const made = inputGradients(
      node,
      wanted.map(([name]) => name),
      node.outputs.map(({ id }) => gradients.get(id)),
    );
    wanted.forEach(([name, input], i) => {
      const gradient = made[i] as tf.Tensor;
      if (!tf.util.arraysEqual(gradient.shape, input.shape))
        throw new Error(`Cannot pull back through ${node.kernelName}: its gradient for '${name}' has shape [${gradient.shape}], expected [${input.shape}]`);
      gradients.add(input.id, gradient);
    });
    // Every consumer of these outputs comes later on the tape: their gradients are used up.
    for (const { id } of node.outputs) if (!asked.has(id)) gradients.drop(id);
    passed(node);
  }
  return sources.map(({ id }) => gradients.take(id));
}

/** The gradients of a node's named inputs: always new tensors, even if the gradient function returns its argument, a saved tensor or one tensor twice. */
function inputGradients(node: Node, names: readonly string[], dys: readonly (tf.Tensor | undefined)[]): tf.Tensor[] {
  return tf.tidy(() => {
    if (!node.gradient) throw new Error(`Cannot pull back through ${node.kernelName}: it has no gradient`);
    const functions = node.gradient(node.outputs.map((output, i) => dys[i] ?? zerosFor(output)) as tf.Tensor[]);
    const scope = tf.engine().state.activeScope.id;
    const seen = new Set<number>();
    return names.map((name) => {
      const gradient = functions[name]?.();
      if (!gradient) throw new Error(`Cannot pull back through ${node.kernelName}: it has no gradient for its input '${name}'`);
      const own = gradient.scopeId === scope && !gradient.kept && !seen.has(gradient.id);
      seen.add(gradient.id);
      return own ? gradient : gradient.clone();
    });
  });
}

/**
 * tfjs makes zeros in JavaScript for outputs without a cotangent; for large ones the backend is faster. Integer outputs have no gradient, so theirs is
 * never read.
 */
function zerosFor({ shape, size, dtype }: tf.Tensor): tf.Tensor | null {
  if (dtype !== 'float32') return tf.scalar(0);
  return size > 4096 ? tf.fill(shape, 0) : null;
}

/** Sums of gradients by tensor id. Never disposes tensors that it did not make. */
class Gradients {
  readonly #sums = new Map<number, tf.Tensor>();
  readonly #scope = tf.engine().state.activeScope.id;

  get(id: number): tf.Tensor | undefined {
    return this.#sums.get(id);
  }

  add(id: number, gradient: tf.Tensor): void {
    const sum = this.#sums.get(id);
    this.#sums.set(id, sum ? tf.add(sum, gradient) : gradient);
    if (sum) for (const used of [sum, gradient]) this.#dispose(used);
  }

  drop(id: number): void {
    const sum = this.#sums.get(id);
    if (sum) this.#dispose(sum);
    this.#sums.delete(id);
  }

  /** As a new tensor. */
  take(id: number): tf.Tensor | undefined {
    return this.#sums.get(id)?.clone();
  }

  #dispose(tensor: tf.Tensor): void {
    if (tensor.scopeId === this.#scope) tensor.dispose();
  }
}

/** Keeps the nodes between sources (undefined: all tensors) and outputs; releases the others. */
function keepPath(nodes: readonly Node[], sources: ReadonlySet<number> | undefined, outputs: ReadonlySet<number>): Node[] {
  const path = pathBetween(nodes, sources, outputs);
  for (const node of nodes) if (!path.has(node)) release(node);
  return [...path];
}

/** The nodes, in order, that depend on a source (undefined: every node does) and that an output depends on, through float32 tensors only. */
function pathBetween(nodes: readonly Node[], sources: ReadonlySet<number> | undefined, outputs: ReadonlySet<number>): Set<Node> {
  const from = new Set(sources);
  const fromSources = nodes.filter((node) => {
    const depends = !sources || Object.values(node.inputs).some((input) => input && from.has(input.id));
    if (depends) for (const id of differentiable(node.outputs)) from.add(id);
    return depends;
  });
  const to = new Set(outputs);
  const path = fromSources.toReversed().filter((node) => {
    const leads = differentiable(node.outputs).some((id) => to.has(id));
    if (leads) for (const input of Object.values(node.inputs)) if (input) to.add(input.id);
    return leads;
  });
  return new Set(path.reverse());
}

function differentiable(tensors: readonly tf.Tensor[]): number[] {
  return tensors.filter(({ dtype }) => dtype === 'float32').map(({ id }) => id);
}

function release(node: Node): void {
  if (node.saved) tf.dispose(node.saved);
}

/**
 * tfjs records the copies that it saves for a gradient. If the operation then throws, its copy belongs to no node.
 * (A user's own clone is recorded as 'Identity'.)
 */
function isSavedCopy({ kernelName, inputs, outputs }: Node): boolean {
  return kernelName !== 'Identity' && outputs.length === 1 && outputs[0]?.kept === true && outputs[0].dataId === inputs['x']?.dataId;
}

function idsOf(tensors: readonly tf.Tensor[]): Set<number> {
  return new Set(tensors.map(({ id }) => id));
}
