import { describe, expect, it } from "vitest";
import { ops } from "../../compiler/graph/ops/index.ts";
import { caseGraphs } from "./cases.ts";
import { finiteDifferences, floatInputs, relativeError, withGradients, withProjectedLoss } from "./gradient-check.ts";
import { interpret } from "./reference.ts";

const smoothCases = caseGraphs.filter(
  ({ graph, kink }) =>
    !kink && floatInputs(graph).length > 0 && graph.outputs.some((output) => output.value.dtype === "float32"),
);

describe("gradients equal central differences", () => {
  it.each(smoothCases.map((each) => [each.name, each] as const))("%s", (_, { graph, inputs }) => {
    const projected = withProjectedLoss(graph);
    const all = new Map([...inputs, ...projected.cotangents]);
    const wrt = floatInputs(graph);
    const results = interpret(withGradients(projected.graph, wrt), all);
    for (const { name } of wrt) {
      const expected = finiteDifferences(projected.graph, all, name);
      const gradient = results.get(`gradient/${name}`) ?? new Float64Array(expected.length);
      expect(relativeError(gradient, expected), `${name}: ${gradient.join()} against ${expected.join()}`).toBeLessThan(
        1e-6,
      );
    }
  });

  it("covers every differentiable op", () => {
    const covered = new Set(smoothCases.map(({ op }) => op));
    const differentiable = Object.entries(ops).flatMap(([op, { gradient }]) =>
      gradient === "not_differentiable" ? [] : [op],
    );
    expect(differentiable.filter((op) => !(covered as ReadonlySet<string>).has(op))).toEqual([]);
  });

  it.each(smoothCases.filter(({ graph }) => floatInputs(graph).length > 1).map((each) => [each.name, each] as const))(
    "%s: each input alone gives the same gradient as all at once",
    (_, { graph, inputs }) => {
      const projected = withProjectedLoss(graph);
      const all = new Map([...inputs, ...projected.cotangents]);
      const together = interpret(withGradients(projected.graph, floatInputs(graph)), all);
      for (const input of floatInputs(graph)) {
        const alone = interpret(withGradients(projected.graph, [input]), all);
        expect(alone.get(`gradient/${input.name}`)).toEqual(together.get(`gradient/${input.name}`));
      }
    },
  );
});
