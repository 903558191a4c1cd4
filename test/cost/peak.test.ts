import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, peakOf } from "../../compiler/graph/cost.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { floatInputs, withGradients } from "../graph/gradient-check.ts";
import { randomGraph } from "../graph/random-graphs.ts";
import { transformer } from "../graph/transformer.ts";

/** Runs the nodes in order with a set of what is in memory: after each node, whatever nobody asks for any more goes. */
function plainPeak({ nodes, outputs }: Graph): number {
  const memory = new Set<Graph["outputs"][number]["value"]>();
  let most = 0;
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs) memory.add(output);
    most = Math.max(
      most,
      [...memory].reduce((sum, value) => sum + bytesOf(value), 0),
    );
    const later = nodes.slice(index + 1);
    for (const value of memory) {
      const isNeeded =
        later.some((reader) => reader.inputs.includes(value)) || outputs.some((output) => output.value === value);
      if (!isNeeded) memory.delete(value);
    }
  }
  return most;
}

function sameAsPlain(graph: Graph): void {
  const peak = peakOf(graph);
  expect(peak.bytes).toBe(plainPeak(graph));
  expect(peak.live.reduce((sum, value) => sum + bytesOf(value), 0)).toBe(peak.bytes);
}

test("the peak of a random graph is that of a plain loop over its nodes", () => {
  fc.assert(fc.property(randomGraph, sameAsPlain));
});

test("the peak of a transformer's training graph is that of a plain loop", () => {
  const { graph } = transformer({ batch: 2, positions: 6, width: 8, heads: 2, layers: 1, words: 11, classes: 3 });
  sameAsPlain(withGradients(graph, floatInputs(graph)));
});
