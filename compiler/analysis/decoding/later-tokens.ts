import type { OpName } from "../../graph/attributes.ts";
import type { Graph, Node, Value } from "../../graph/graph.ts";
import { sizeOf } from "../../graph/graph.ts";
import { axesOf } from "../../graph/ops/index.ts";
import { type ConstantValues, constantValues } from "./constant-values.ts";

/** An axis along which a value has the tokens of a text. The first token is at the index `offset`. */
export interface TextAxis {
  readonly axis: number;
  readonly offset: number;
}

/** Two axes of a value over the same text, such as the queries and the keys of attention. */
export interface TokenPairs {
  readonly token: TextAxis;
  readonly other: TextAxis;
}

/**
 * The elements of a value at pairs whose other token is behind the token: `low` ones vanish in a softmax, because they
 * are far below all others; `zero` ones vanish in a sum.
 */
export type LaterTokens = "low" | "zero" | undefined;

/** Scores that are at most this vanish in a softmax beside others. Blocks add −1e9. */
const lowest = -1e8;

/** Says what the elements of a value are for tokens behind a token. */
export function laterTokens(graph: Graph): (value: Value, pairs: TokenPairs) => LaterTokens {
  const constants = constantValues(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const of = (value: Value, pairs: TokenPairs): LaterTokens => {
    const values = constants(value);
    if (values) return ofConstant(value, values, pairs);
    const node = producers.get(value);
    const inputs = node?.inputs.map((input, index) => {
      const own = pairsOfInput(node, index, pairs);
      return own && of(input, own);
    });
    return node && inputs && rules[node.op]?.(inputs, { node, constants, pairs });
  };
  return of;
}

function ofConstant(value: Value, values: ArrayLike<number>, pairs: TokenPairs): LaterTokens {
  const later = elementsOfLater(value, values, pairs);
  if (later.every((element) => element === 0)) return "zero";
  return later.every((element) => element <= lowest) ? "low" : undefined;
}

function elementsOfLater({ shape }: Value, values: ArrayLike<number>, { token, other }: TokenPairs): readonly number[] {
  const strideOf = (axis: number): number => sizeOf(shape.slice(axis + 1));
  const indexAlong = (index: number, { axis, offset }: TextAxis): number =>
    (Math.floor(index / strideOf(axis)) % (shape[axis] ?? 1)) - offset;
  return Array.from(values).filter((_, index) => {
    const place = indexAlong(index, other);
    return place >= 0 && place > indexAlong(index, token);
  });
}

/** The axes of an input that two axes of the first output follow. */
function pairsOfInput(node: Node, input: number, { token, other }: TokenPairs): TokenPairs | undefined {
  const [axes] = axesOf(node);
  const sourceOf = ({ axis, offset }: TextAxis): TextAxis | undefined => {
    const source = axes?.[axis]?.sources.find((each) => each.input === input && each.along !== "outermost");
    return source && { axis: source.axis, offset };
  };
  const [own, behind] = [sourceOf(token), sourceOf(other)];
  return own && behind && { token: own, other: behind };
}

interface NodeContext {
  readonly node: Node;
  readonly constants: ConstantValues;
  readonly pairs: TokenPairs;
}

/** Gives what an output of a node is for later tokens from what its inputs are for them. */
type Rule = (inputs: readonly LaterTokens[], context: NodeContext) => LaterTokens;

const firstInput: Rule = ([x]) => x;

const all = (inputs: readonly LaterTokens[], kind: LaterTokens): LaterTokens =>
  inputs.every((input) => input === kind) ? kind : undefined;

const lowIfAnyIs: Rule = (inputs) => (inputs.includes("low") ? "low" : all(inputs, "zero"));

const zeroIfLow: Rule = ([x]) => (x === "low" ? "zero" : undefined);

const rules: { readonly [Op in OpName]?: Rule } = {
  add: lowIfAnyIs,
  minimum: lowIfAnyIs,
  maximum: (inputs) => all(inputs, "low") ?? all(inputs, "zero"),
  subtract: (inputs) => (inputs[0] === "low" && inputs[1] !== "low" ? "low" : all(inputs, "zero")),
  multiply: (inputs) => (inputs.includes("zero") ? "zero" : undefined),
  softmax: zeroIfLow,
  exp: zeroIfLow,
  relu: ([x]) => x && "zero",
  select: ([, first, second], { node, constants, pairs }) => {
    const [condition] = node.inputs;
    const own = pairsOfInput(node, 0, pairs);
    const values = condition && own && constants(condition);
    const chosen = values ? elementsOfLater(condition, values, own) : [];
    if (values && chosen.every((element) => element === 0)) return second;
    return (values && chosen.every((element) => element !== 0)) || first === second ? first : undefined;
  },
  reshape: firstInput,
  transpose: firstInput,
  broadcast_to: firstInput,
  cast: firstInput,
  stop_gradient: firstInput,
};
