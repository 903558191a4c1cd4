import { GraphBuilder } from "../../graph/builder.ts";
import { type Graph, type Value, sizeOf } from "../../graph/graph.ts";
import { isMadeRowByRow } from "../one-row.ts";
import type { KeptValue, TextInputs } from "./kept-values.ts";
import { type NextGraph, nextTokenGraph } from "./next-token-graph.ts";
import { NotIncremental } from "./not-incremental.ts";
import { wholeTextGraph } from "./whole-text-graph.ts";

/**
 * The graphs that decode a text a token at a time. `start` reads the inputs and the beginning of the text; `next` reads the
 * values that are kept and the newest token, or all tokens so far.
 */
export interface DecodingGraphs {
  readonly start: Graph;
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
  const values = new Set(kept.map(({ value }) => value));
  const isShared = fewer && isMadeRowByRow(whole, fewer.graph, { rows: fewer.copies, values });
  const [start, copies] = isShared ? [fewer.graph, fewer.copies] : [whole, 1];
  const builder = GraphBuilder.from(start);
  const given = kept.map(({ feature, kept: when, value }): KeptValue => {
    const own = sameValue(value, whole, start);
    builder.output({ kind: "stream", stream: feature }, own);
    return { feature, kept: when, copies: sizeOf(value.shape) / sizeOf(own.shape) };
  });
  return {
    kept: given,
    start: builder.build(`${whole.name}/start`),
    next,
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

/** The value that a graph with the same nodes has in place of one of the first graph. */
function sameValue(value: Value, one: Graph, other: Graph): Value {
  for (const [index, { outputs }] of one.nodes.entries()) {
    const same = outputs.includes(value) && other.nodes[index]?.outputs[outputs.indexOf(value)];
    if (same) return same;
  }
  throw new Error(`no value ${value.id}`);
}
