import type { OpAttributes, OpName } from "./attributes.ts";
import {
  type Graph,
  type GraphInput,
  type GraphOutput,
  type InputRole,
  type Node,
  type Origin,
  type OutputRole,
  type TensorType,
  type Value,
  roleName,
} from "./graph.ts";
import { inferShapes } from "./ops/index.ts";

/** Is called with the types of each node before the node is created, and can refuse it by throwing. */
export interface GraphWatch {
  node(outputs: readonly TensorType[]): void;
  input(type: TensorType): void;
}

/**
 * Appends nodes to a graph under construction. Shapes are inferred from the ops table; a shape that does not fit is a
 * bug of the caller here (elaboration checks the user's shapes first and reports them in the user's terms).
 */
export class GraphBuilder {
  readonly #inputs: GraphInput[] = [];
  readonly #inputByName = new Map<string, GraphInput>();
  readonly #nodes: Node[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #watch: GraphWatch | undefined;
  #nextId = 0;
  /** Attached to every node that is emitted while this is set. */
  origin: Origin | undefined;

  constructor(watch?: GraphWatch) {
    this.#watch = watch;
  }

  /** Starts from the inputs, nodes and outputs of `graph`, to append to it. */
  static from(graph: Graph): GraphBuilder {
    const builder = GraphBuilder.onInputsOf(graph);
    for (const node of graph.nodes) builder.#nodes.push(node);
    for (const output of graph.outputs) builder.#outputs.push(output);
    return builder;
  }

  /** Starts from the inputs of `graph` alone, to rebuild it. New values get ids that are unused in `graph`. */
  static onInputsOf(graph: Graph): GraphBuilder {
    const builder = new GraphBuilder();
    for (const input of graph.inputs) builder.#adopt(input);
    for (const value of [...graph.inputs.map((input) => input.value), ...graph.nodes.flatMap((node) => node.outputs)]) {
      builder.#nextId = Math.max(builder.#nextId, value.id + 1);
    }
    return builder;
  }

  /** The nodes emitted so far, in order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The outputs so far, in order. */
  get outputs(): readonly GraphOutput[] {
    return this.#outputs;
  }

  /** The input of this role, declared on first use. */
  input(role: InputRole, type: TensorType): Value {
    const name = roleName(role);
    const known = this.#inputByName.get(name);
    if (known) return known.value;
    this.#watch?.input(type);
    const input: GraphInput = { name, role, value: this.#value(type) };
    this.#adopt(input);
    return input.value;
  }

  /** Emits a node with one output. */
  emit<Op extends OpName>(op: Op, inputs: readonly Value[], attributes: OpAttributes[Op]): Value {
    const [first] = this.emitAll(op, inputs, attributes);
    if (!first) throw new Error(`op ${op} has no output`);
    return first;
  }

  /** Emits a node and returns all its outputs. */
  emitAll<Op extends OpName>(op: Op, inputs: readonly Value[], attributes: OpAttributes[Op]): readonly Value[] {
    const types = inferShapes(op, inputs, attributes);
    this.#watch?.node(types);
    const outputs = types.map((type) => this.#value(type));
    const node: Node<Op> = { op, inputs, attributes, outputs, ...(this.origin ? { origin: this.origin } : {}) };
    this.#nodes.push(node);
    return outputs;
  }

  /** Appends a node that another builder of the same graph emitted; its inputs must be defined already. */
  append(node: Node): void {
    this.#nodes.push(node);
  }

  output(role: OutputRole, value: Value): void {
    this.#outputs.push({ name: roleName(role), role, value });
  }

  build(name: string): Graph {
    return { name, inputs: [...this.#inputs], nodes: [...this.#nodes], outputs: [...this.#outputs] };
  }

  #value(type: TensorType): Value {
    return { id: this.#nextId++, dtype: type.dtype, shape: type.shape };
  }

  #adopt(input: GraphInput): void {
    this.#inputs.push(input);
    this.#inputByName.set(input.name, input);
  }
}
