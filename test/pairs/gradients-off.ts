import { gradientsGraph } from "../../compiler/differentiate/training-graphs.ts";
import { passOf } from "../../compiler/stage/plan.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, type forwardOf, furthest, outputOf } from "../mbt/support.ts";

/** The largest difference between the gradients of the loss by each weight and their central finite differences, by the names of the weights. */
export function gradientsOff(forward: ReturnType<typeof forwardOf>, given: Values): ReadonlyMap<string, number> {
  const weights = forward.weights.map((weight) => {
    return { ...weight, trainable: true, decayed: false, class: "all", tasks: ["t"] };
  });
  const outputs = interpret(gradientsGraph(passOf(forward), weights), given);
  return new Map(
    weights.map(({ name }) => {
      const values = Array.from(given.get(name) ?? []);
      const at = (index: number, by: number): number => {
        const moved = values.map((value, place) => (place === index ? value + by : value));
        return outputOf(interpret(forward.graph, new Map([...given, [name, moved]])), "loss")[0] ?? Number.NaN;
      };
      const differences = values.map((_, index) => (at(index, 1e-5) - at(index, -1e-5)) / 2e-5);
      return [name, furthest(Array.from(outputOf(outputs, `gradient/${name}`)), differences)];
    }),
  );
}
