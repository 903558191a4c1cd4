import { GraphBuilder } from "../../graph/builder.ts";
import { expressions } from "../../graph/expressions.ts";
import { type Graph, type Value, sizeOf } from "../../graph/graph.ts";
import { isMadeRowByRow } from "../one-row.ts";
import { removeDeadCode } from "../../graph/remove-dead-code.ts";
import type { KeptValue, TextInputs } from "./kept-values.ts";
import { type NextGraph, nextTokenGraph } from "./next-token-graph.ts";
import { NotIncremental } from "./not-incremental.ts";
import { wholeTextGraph } from "./whole-text-graph.ts";

/**
 * The graphs that decode a text a token at a time. `start` computes what does not depend on the text, and is absent if all
 * depends on it. `next` reads what is kept and the newest token, or all tokens so far.
 */
export interface DecodingGraphs {
  readonly start?: Graph;
  readonly next: Graph;
  readonly kept: readonly KeptValue[];
  /** The number of rows of `next` for each row of `start`. */
  readonly copies: number;
  /** The reason why `next` reads all tokens; absent if it reads the newest one, at the position in `scalar/position`. */
  readonly wholeText?: string;
}

export interface DecodingSettings {
  readonly text: TextInputs;
  /** The graph of the rows of `start`, each of which has `copies` rows in `next`. */
  readonly fewer?: { readonly graph: Graph; readonly copies: number } | undefined;
}

/** Splits a graph that reads a text into what is computed once and what is computed for each token. */
export function decodingGraphs(whole: Graph, { text, fewer }: DecodingSettings): DecodingGraphs {
  const { graph: next, kept, wholeText } = nextGraph(whole, text);
  // Zeros are as good for tokens that are not there yet, but not for what is there beside the text, as the tokens of a picture.
  const given = kept.filter(({ newest, value }) => newest === undefined || value.shape[newest.axis] !== text.length);
  const values = new Set(given.map(({ value }) => value));
  const isShared = fewer && isMadeRowByRow(whole, fewer.graph, { rows: fewer.copies, values });
  const [rows, copies] = isShared ? [fewer.graph, fewer.copies] : [whole, 1];
  const builder = GraphBuilder.onInputsOf(rows);
  for (const node of rows.nodes) builder.append(node);
  const shapes = new Map(
    given.map(({ feature, value, like = value }) => {
      const { shape } = sameValue(like, whole, rows);
      const own = expressions(builder).broadcastTo(sameValue(value, whole, rows), shape);
      builder.output({ kind: "stream", stream: feature }, own);
      return [feature, shape] as const;
    }),
  );
  // It takes the beginning of the text only where some values are of other tokens, too, in front of it.
  const start = removeDeadCode(builder.build(`${rows.name}/start`), { unusedInputs: "drop" });
  return {
    ...(given.length === 0 ? {} : { start }),
    next,
    kept: kept.map(({ feature, newest, again, value, like = value }): KeptValue => {
      const { dtype, shape } = like;
      const repeated = sizeOf(shape) / sizeOf(shapes.get(feature) ?? shape);
      return { feature, dtype, shape, newest, copies: repeated, ...(again && { again }) };
    }),
    copies,
    ...(wholeText === undefined ? {} : { wholeText }),
  };
}

function nextGraph(whole: Graph, text: TextInputs): NextGraph & { readonly wholeText?: string } {
  try {
    return nextTokenGraph(whole, text);
  } catch (error) {
    if (!(error instanceof NotIncremental)) throw error;
    return { ...wholeTextGraph(whole, text), wholeText: error.message };
  }
}

/** The value that a graph with the same inputs and nodes has in place of one of the first graph. */
function sameValue(value: Value, one: Graph, other: Graph): Value {
  const input = one.inputs.find((each) => each.value === value);
  const sameInput = input && other.inputs.find(({ name }) => name === input.name);
  if (sameInput) return sameInput.value;
  for (const [index, { outputs }] of one.nodes.entries()) {
    const same = outputs.includes(value) && other.nodes[index]?.outputs[outputs.indexOf(value)];
    if (same) return same;
  }
  throw new Error(`no value ${value.id}`);
}
