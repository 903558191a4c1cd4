import { expect } from "vitest";
import type { Shape } from "../../compiler/graph/graph.ts";
import { relativeError } from "../graph/gradient-check.ts";
import { interpret } from "../graph/reference.ts";
import { graphOf, inputsOf, numbers, weightName } from "./network-graphs.ts";

/** The results of PyTorch for one example, as a script of `pytorch/` wrote them. */
export interface Case {
  readonly shape: Shape;
  readonly output: readonly number[];
  readonly input_gradient: readonly number[];
  readonly weight_gradients?: Readonly<Record<string, number>>;
}

export interface Example {
  readonly shape: Shape;
  readonly values: readonly number[];
  /** The bytes of the only dropout: the graph is then that of training. */
  readonly bytes?: readonly number[];
}

/** Compares a stream of one input `x`, its gradient, and the gradients of all weights with PyTorch's. */
export function expectTorch(expression: string, { bytes, ...x }: Example, expected: Case, tolerance = 1e-12): void {
  const { graph } = graphOf(expression, x.shape, bytes ? "train" : "evaluate");
  const inputs = inputsOf(graph, x.values);
  for (const { name, role } of graph.inputs) if (bytes && role.kind === "random") inputs.set(name, bytes);
  const results = interpret(graph, inputs);
  expect(graph.outputs[0]?.value.shape.slice(1)).toEqual(expected.shape);
  expect(relativeError(results.get("stream/s") ?? [], expected.output)).toBeLessThan(tolerance);
  expect(relativeError(results.get("gradient/feature/x") ?? [], expected.input_gradient)).toBeLessThan(tolerance);
  const products = new Map(
    graph.inputs.flatMap(({ name, role, value }) => {
      if (role.kind !== "weight") return [];
      const direction = numbers(`${weightName(name)} direction`, value.shape);
      const gradient = results.get(`gradient/${name}`) ?? [];
      return [
        [weightName(name), direction.reduce((sum, number, index) => sum + number * (gradient[index] ?? 0), 0)] as const,
      ];
    }),
  );
  const theirs = expected.weight_gradients ?? {};
  expect([...products.keys()].toSorted()).toEqual(Object.keys(theirs).toSorted());
  for (const [name, product] of products)
    expect(relativeError([product], [theirs[name] ?? Number.NaN]), name).toBeLessThan(10 * tolerance);
}
