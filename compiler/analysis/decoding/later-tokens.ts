import type { Graph, Node, Value } from "../../graph/graph.ts";
import { sizeOf } from "../../graph/graph.ts";
import { isOp } from "../../graph/is-op.ts";
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
    return node && inputs && ofNode(node, inputs, { constants, pairs });
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

interface Context {
  readonly constants: ConstantValues;
  readonly pairs: TokenPairs;
}

function ofNode(node: Node, inputs: readonly LaterTokens[], { constants, pairs }: Context): LaterTokens {
  const all = (kind: LaterTokens): LaterTokens => (inputs.every((input) => input === kind) ? kind : undefined);
  const some = (kind: LaterTokens): LaterTokens => (inputs.includes(kind) ? kind : undefined);
  switch (node.op) {
    case "add":
    case "minimum":
      return some("low") ?? all("zero");
    case "maximum":
      return all("low") ?? all("zero");
    case "subtract":
      return inputs[1] === "low" ? undefined : inputs[0] === "low" ? "low" : all("zero");
    case "multiply":
      return some("zero");
    case "softmax":
    case "exp":
      return inputs[0] === "low" ? "zero" : undefined;
    case "relu":
      return inputs[0] && "zero";
    case "select": {
      const [condition] = node.inputs;
      const own = condition && pairsOfInput(node, 0, pairs);
      const values = own && constants(condition);
      const chosen = values ? new Set(elementsOfLater(condition, values, own)) : new Set([0, 1]);
      const branches = new Set([...(chosen.has(1) ? [inputs[1]] : []), ...(chosen.has(0) ? [inputs[2]] : [])]);
      return branches.size === 1 ? [...branches][0] : undefined;
    }
    default:
      return isMovement(node) ? inputs[0] : undefined;
  }
}

function isMovement(node: Node): boolean {
  return (
    isOp(node, "reshape") ||
    isOp(node, "transpose") ||
    isOp(node, "broadcast_to") ||
    isOp(node, "cast") ||
    isOp(node, "stop_gradient")
  );
}
