import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { fuseIntoMatmul } from "../../compiler/passes/fuse-into-matmul.ts";
import { foldConstants } from "../../compiler/passes/fold-constants.ts";
import { mergeCommonSubexpressions } from "../../compiler/passes/merge-common-subexpressions.ts";
import { shareGeluErf } from "../../compiler/passes/share-gelu-erf.ts";
import { optimise } from "../../compiler/passes/optimise.ts";
import { removeDeadCode } from "../../compiler/graph/remove-dead-code.ts";
import { simplifyIdentities } from "../../compiler/passes/simplify-identities.ts";
import { built } from "./built.ts";
import { caseGraphs } from "./cases.ts";
import { finiteDifferences, floatInputs, relativeError, withGradients, withProjectedLoss } from "./gradient-check.ts";
import { randomGraph, randomInputs } from "./random-graphs.ts";
import { interpret } from "./reference.ts";
import { SMALL, transformer } from "./transformer.ts";

const passes: Record<string, (graph: Graph) => Graph> = {
  shareGeluErf,
  foldConstants,
  simplifyIdentities,
  mergeCommonSubexpressions,
  fuseIntoMatmul,
  removeDeadCode: (graph) => removeDeadCode(graph),
  optimise,
};

function expectSameFunction(before: Graph, after: Graph, inputs: ReadonlyMap<string, ArrayLike<number>>): void {
  expect(verify(after)).toEqual([]);
  expect(after.inputs).toEqual(before.inputs);
  expect(after.outputs.map(({ name, role }) => ({ name, role }))).toEqual(
    before.outputs.map(({ name, role }) => ({ name, role })),
  );
  const results = interpret(after, inputs);
  // Folded constants are float32; everything else agrees to float64.
  for (const [name, expected] of interpret(before, inputs))
    expect(relativeError(results.get(name) ?? [], expected), name).toBeLessThan(1e-5);
}

describe.each(Object.entries(passes))("%s", (_, pass) => {
  it("keeps what random graphs compute, and their interface", () => {
    fc.assert(
      fc.property(randomGraph, (graph) => expectSameFunction(graph, pass(graph), randomInputs(graph))),
      { numRuns: 150, seed: 1 },
    );
  });

  it("keeps what every op computes", () => {
    for (const { graph, inputs } of caseGraphs) expectSameFunction(graph, pass(graph), inputs);
  });

  it("keeps the gradients of a transformer", () => {
    const { graph, inputs } = transformer(SMALL);
    const full = withGradients(graph, floatInputs(graph));
    expectSameFunction(full, pass(full), inputs);
  });

  it("is deterministic and never adds a node", () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const once = removeDeadCode(pass(graph));
        expect(once).toEqual(removeDeadCode(pass(graph)));
        expect(once.nodes.length).toBeLessThanOrEqual(removeDeadCode(graph).nodes.length);
      }),
      { numRuns: 50, seed: 2 },
    );
  });
});

it("the gradients of random graphs are those of central differences, and stay so when optimised", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const projected = withProjectedLoss(graph);
      const inputs = new Map([...randomInputs(graph), ...projected.cotangents]);
      const wrt = floatInputs(graph);
      const full = withGradients(projected.graph, wrt);
      expectSameFunction(full, optimise(full), inputs);
      const results = interpret(full, inputs);
      for (const { name } of wrt) {
        const expected = finiteDifferences(projected.graph, inputs, name);
        expect(
          relativeError(results.get(`gradient/${name}`) ?? new Float64Array(expected.length), expected),
          name,
        ).toBeLessThan(1e-5);
      }
    }),
    { numRuns: 40, seed: 3 },
  );
});

describe("dead code", () => {
  it("keeps an unused input unless asked to drop it", () => {
    const graph = built("dead", (builder) => {
      const used = builder.input({ kind: "feature", feature: "used" }, { dtype: "float32", shape: [2] });
      const unused = builder.input({ kind: "feature", feature: "unused" }, { dtype: "float32", shape: [2] });
      builder.emit("exp", [unused], {});
      builder.output({ kind: "prediction", name: "y" }, builder.emit("exp", [used], {}));
    });
    expect(removeDeadCode(graph).nodes).toHaveLength(1);
    expect(removeDeadCode(graph).inputs.map(({ name }) => name)).toEqual(["feature/used", "feature/unused"]);
    expect(removeDeadCode(graph, { unusedInputs: "drop" }).inputs.map(({ name }) => name)).toEqual(["feature/used"]);
  });
});
