import type { OnnxAttribute, OnnxConstant, OnnxData, OnnxGraph, OnnxNode, OnnxPort } from './onnx-graph.ts';

/** Collects nodes and constants under unique names. */
export interface GraphBuilder {
  /** Adds a constant and returns its name. */
  constant(shape: readonly number[], data: OnnxData, name?: string): string;
  /** Adds a node with one output and returns the output's name. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** Adds a node with several outputs. */
  nodes(op: string, inputs: readonly string[], outputs: number, attributes?: Readonly<Record<string, OnnxAttribute>>): string[];
  /** Makes a tensor an output of the graph under this name. */
  output(port: OnnxPort, tensor: string): void;
  graph(inputs: readonly OnnxPort[]): OnnxGraph;
  /** Named in the nodes that are added from now on. */
  layer: string;
}

export function createGraphBuilder(): GraphBuilder {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const outputs: OnnxPort[] = [];
  const taken = new Set<string>();
  const unique = (wanted: string) => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const builder: GraphBuilder = {
    layer: '',
    constant(shape, data, name) {
      const own = unique(name ?? `${builder.layer}/constant`);
      constants.set(own, { shape, data });
      return own;
    },
    node: (op, inputs, attributes) => builder.nodes(op, inputs, 1, attributes)[0] as string,
    nodes(op, inputs, count, attributes = {}) {
      const name = unique(`${builder.layer}/${op}`);
      const made = Array.from({ length: count }, (_, i) => unique(i === 0 ? `${name}:0` : `${name}:${i}`));
      nodes.push({ op, name, inputs, outputs: made, attributes });
      return made;
    },
    output(port, tensor) {
      nodes.push({ op: 'Identity', name: unique(`output/${port.name}`), inputs: [tensor], outputs: [port.name], attributes: {} });
      outputs.push(port);
    },
    graph: (inputs) => ({ inputs, outputs, nodes, constants }),
  };
  return builder;
}
