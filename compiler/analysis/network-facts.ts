import type { Graph, Node, Value } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";

/** Sizes and choices of a network that its weights do not tell, but its graph does. */
export interface NetworkFacts {
  /** The heads of an attention. */
  readonly heads?: number;
  /** The epsilon of a layer norm. */
  readonly epsilon?: number;
  /** The activation of a feed-forward network, by its name in the standard library. */
  readonly activation?: string;
}

/** The names of weights by which the facts are found. */
export interface FactWeights {
  /** The kernel of an attention's queries. */
  readonly query: string;
  /** The scale of a layer norm. */
  readonly scale: string;
  /** The bias of a feed-forward network's first map. */
  readonly up: string;
}

/** The facts of a network in a graph. A fact is absent if the network does not have the usual form there. */
export function networkFacts({ inputs, nodes }: Graph, { query, scale, up }: FactWeights): NetworkFacts {
  const valueOf = (weight: string): Value | undefined =>
    inputs.find(({ role }) => role.kind === "weight" && role.weight === weight)?.value;
  const readersOf = (value: Value | undefined): readonly Node[] =>
    value ? nodes.filter((node) => node.inputs.includes(value)) : [];
  const heads = headsBehind(valueOf(query), readersOf);
  const [norm] = readersOf(valueOf(scale));
  const activation = activationOf(readersOf(readersOf(valueOf(up))[0]?.outputs[0]));
  return {
    ...(heads === undefined ? {} : { heads }),
    ...(isOp(norm, "layer_norm") ? { epsilon: norm.attributes.epsilon } : {}),
    ...(activation === undefined ? {} : { activation }),
  };
}

type Readers = (value: Value | undefined) => readonly Node[];

/** Queries are divided among heads by a `reshape` that follows their map. */
function headsBehind(kernel: Value | undefined, readersOf: Readers): number | undefined {
  const [product] = readersOf(kernel);
  let value = product?.outputs[0];
  for (let steps = 0; steps < 3; steps++) {
    const next: Node | undefined = readersOf(value)[0];
    const after = next?.outputs[0];
    if (next?.op === "reshape" && value && after) {
      const [heads, side] = after.shape.slice(-2);
      return heads !== undefined && side !== undefined && heads * side === value.shape.at(-1) ? heads : undefined;
    }
    value = after;
  }
  return undefined;
}

function activationOf(readers: readonly Node[]): string | undefined {
  const [first] = readers;
  if (isOp(first, "gelu")) return first.attributes.approximation === "tanh" ? "gelu_tanh" : "gelu";
  if (first?.op === "relu" || first?.op === "tanh" || first?.op === "sigmoid") return first.op;
  // x · sigmoid(1.702 · x)
  return readers.length === 2 && readers.every(({ op }) => op === "multiply") ? "gelu_sigmoid" : undefined;
}
