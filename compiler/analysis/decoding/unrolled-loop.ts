import type { Graph, Node, Value } from "../../graph/graph.ts";
import { NotIncremental } from "./not-incremental.ts";

/** The step of an unrolled loop over the tokens of a text, as the second token has it. */
export interface UnrolledLoop {
  /** The result of the step. */
  readonly result: Value;
  readonly states: readonly LoopState[];
}

/** A value that a step gives to the next one. */
export interface LoopState {
  /** Its value before the first step, which does not depend on the text. */
  readonly initial: Value;
  /** Its values before and after the step. */
  readonly before: Value;
  readonly after: Value;
}

/** The values that depend on the text through single tokens of it. */
export interface StepValues {
  /** The index of the last token that a value depends on. */
  readonly last: ReadonlyMap<Value, number>;
  /** The nodes that take a token out of a value of all tokens. */
  readonly taken: ReadonlySet<Node>;
}

/**
 * Reads a loop from the graph in which it was unrolled, as a recurrent network is. `joined` puts the results of all steps
 * together. Each step must be the one before it, but for the token that it takes and for what it reads of the step
 * before: this is compared node by node.
 *
 * @throws NotIncremental with the reason, if two steps differ.
 */
export function unrolledLoop(graph: Graph, joined: Node, { last, taken }: StepValues): UnrolledLoop {
  const results = joined.inputs;
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  /** Compares values of the step of a token and of the next one. Returns what these read of the steps before them. */
  const statesOf = (roots: readonly (readonly [Value, Value])[], token: number): ReadonlyMap<Value, Value> => {
    const states = new Map<Value, Value>();
    const compared = new Map<Value, Value>();
    const differ = (node: Node | undefined): never => {
      throw new NotIncremental(node ?? joined, `is not the same in the steps of tokens ${token + 1} and ${token + 2}`);
    };
    const compare = (left: Value, right: Value): void => {
      if (compared.get(right) === left) return;
      const [one, other] = [producers.get(left), producers.get(right)];
      if (compared.has(right)) differ(other);
      compared.set(right, left);
      const [own, next] = [last.get(left), last.get(right)];
      if (next === token && own === (token === 0 ? undefined : token - 1)) states.set(right, left);
      else if (next === undefined ? own !== undefined : next !== token + 1 || own !== token) differ(other);
      else if (left !== right && !(one && other && isSameNode(one, other))) differ(other);
      else if (left !== right && one && other)
        for (const [index, input] of one.inputs.entries()) compareInputs(input, other.inputs[index]);
    };
    const compareInputs = (left: Value, right: Value | undefined): void => {
      if (right) compare(left, right);
    };
    const isSameNode = (one: Node, other: Node): boolean =>
      one.op === other.op &&
      one.inputs.length === other.inputs.length &&
      (taken.has(one) ? taken.has(other) : attributesOf(one) === attributesOf(other));
    for (const [left, right] of roots) compare(left, right);
    return states;
  };
  /** The states after the step of a token, each with its value before it: of the first token, and of the second one. */
  let first: ReadonlyMap<Value, Value> = new Map();
  let second: ReadonlyMap<Value, Value> = new Map();
  for (let token = results.length - 2; token >= 0; token--) {
    const [left, right] = [results[token], results[token + 1]];
    if (!left || !right) break;
    const roots = [[left, right] as const, ...[...first].map(([after, before]) => [before, after] as const)];
    second = first;
    first = statesOf(roots, token);
  }
  const [, result] = results;
  const states = [...second].flatMap(([after, before]): readonly LoopState[] => {
    const initial = first.get(before);
    return initial ? [{ initial, before, after }] : [];
  });
  if (!result || results.length < 3 || states.length !== first.size)
    throw new NotIncremental(joined, "joins too few steps to compare them");
  return { result, states };
}

function attributesOf({ attributes }: Node): string {
  return JSON.stringify(attributes, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value,
  );
}
