import type { OpAttributes } from "../../graph/attributes.ts";
import type { Node, Value } from "../../graph/graph.ts";
import { isOp } from "../../graph/is-op.ts";
import { axesOf } from "../../graph/ops/index.ts";
import { NotIncremental } from "./not-incremental.ts";
import type { TextAxis } from "./later-tokens.ts";

/**
 * The axes of a value along which it has the tokens of the text. Along `current` the graph of the next token has one
 * index, that of the newest token; along each of `whole` it has all.
 */
export interface TokenAxes {
  readonly current?: TextAxis | undefined;
  readonly whole: readonly TextAxis[];
}

/** An axis of the first output along which it has the tokens of an axis of an input; `undefined` if they are mixed. */
export function destinationOf(
  node: Node,
  input: number,
  { axis, offset }: TextAxis,
  length: number,
): TextAxis | undefined {
  const moved = movedOffset(node, input, axis);
  if (moved !== undefined) {
    const [size = 0, first] = [node.outputs[0]?.shape[axis], offset + moved];
    if (first < 0 || first + length > size) throw new NotIncremental(node, "takes only some tokens of the text");
    return { axis, offset: first };
  }
  const [axes = []] = axesOf(node);
  const along = axes.map(({ sources }) => sources.find((each) => each.input === input && each.axis === axis)?.along);
  if (along.includes("outermost")) throw new NotIncremental(node, "joins the tokens of the text with another axis");
  const found = along.indexOf("each");
  return found < 0 ? undefined : { axis: found, offset };
}

/** The distance by which an op moves the indices of an axis; `undefined` if it moves none. */
function movedOffset(node: Node, input: number, axis: number): number | undefined {
  if (isOp(node, "slice")) return -(node.attributes.starts[axis] ?? 0);
  if (isOp(node, "pad")) return node.attributes.before[axis];
  if (isOp(node, "concat") && node.attributes.axis === axis)
    return node.inputs.slice(0, input).reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  return undefined;
}

/** The axis of the first output that follows an axis of an input in order, but mixes its elements, as a softmax does. */
export function mixedDestination(node: Node, input: number, { axis, offset }: TextAxis): TextAxis | undefined {
  const [axes = []] = axesOf(node);
  const found = axes.findIndex(({ sources }) =>
    sources.some((each) => each.input === input && each.axis === axis && each.along === "mixed"),
  );
  return found < 0 ? undefined : { axis: found, offset };
}

/** The axis of an input that an axis of the first output follows index by index. */
export function sourceAxis(node: Node, input: number, output: number): number | undefined {
  const [axes] = axesOf(node);
  return axes?.[output]?.sources.find((each) => each.input === input && each.along === "each")?.axis;
}

/** The attributes of a node with one index along an axis of its output. */
export function attributesWithOneIndex(node: Node, axis: number): OpAttributes[keyof OpAttributes] {
  if (isOp(node, "reshape") || isOp(node, "broadcast_to")) return { shape: node.attributes.shape.with(axis, 1) };
  if (isOp(node, "slice"))
    return { starts: node.attributes.starts.with(axis, 0), sizes: node.attributes.sizes.with(axis, 1) };
  if (isOp(node, "pad"))
    return { before: node.attributes.before.with(axis, 0), after: node.attributes.after.with(axis, 0) };
  return node.attributes;
}

/** Tells if the rows of an output along axis 0 are those of each of these inputs. */
export function keepsRows(node: Node, isOfText: (value: Value) => boolean): boolean {
  const [axes] = axesOf(node);
  return node.inputs.every(
    (value, input) =>
      !isOfText(value) ||
      axes?.[0]?.sources.some((each) => each.input === input && each.axis === 0 && each.along !== "mixed") === true,
  );
}

/** The axis of an input of a matrix product over which it sums. */
export function innerAxis({ inputs, attributes: { transpose_a, transpose_b } }: Node<"matmul">, input: number): number {
  const rank = inputs[input]?.shape.length ?? 0;
  return (input === 0 ? !transpose_a : transpose_b) ? rank - 1 : rank - 2;
}

/** The index of the token that a node takes out of a value of all tokens; `undefined` if it does something else. */
export function takenToken(
  node: Node,
  axesOfValue: (value: Value) => TokenAxes | undefined,
  length: number,
): number | undefined {
  const [of] = node.inputs;
  const axes = of && axesOfValue(of);
  if (!isOp(node, "slice") || !axes?.current || axes.whole.length > 0) return undefined;
  const { axis, offset } = axes.current;
  const token = (node.attributes.starts[axis] ?? 0) - offset;
  return node.attributes.sizes[axis] === 1 && token >= 0 && token < length ? token : undefined;
}
