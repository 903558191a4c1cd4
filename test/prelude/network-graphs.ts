import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import { type Graph, type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { inspect } from "../elaborate/harness.ts";
import { withGradients } from "../graph/gradient-check.ts";

/** The numbers of a weight or an input, as the script makes them. */
export function numbers(name: string, shape: Shape, scale = 0.4): readonly number[] {
  const seed = [...Buffer.from(name)].reduce((sum, byte, index) => sum + (index + 1) * byte, 0);
  return Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(1.7 * index + seed) * scale);
}

/** `s`, made of a grid `x`, with Σ output · cotangent as loss and the gradients of x and of all weights. */
export function graphOf(
  expression: string,
  shape: Shape,
  mode: "train" | "evaluate" = "evaluate",
): { readonly graph: Graph; readonly loss: Graph } {
  const { graph } = inspect(`model m\nmodality x: tensor(${shape.join(", ")})\nstream s = x -> ${expression}`, {
    batch: 1,
    mode,
  });
  const builder = GraphBuilder.from(graph);
  const e = expressions(builder);
  const [output] = graph.outputs;
  if (!output) throw new Error("there is no output");
  const cotangent = builder.input({ kind: "feature", feature: "cotangent" }, output.value);
  const axes = output.value.shape.map((_, axis) => axis);
  builder.output({ kind: "loss" }, e.reduceSum(e.multiply(output.value, cotangent), axes, "drop"));
  const loss = builder.build("loss");
  return {
    loss,
    graph: withGradients(
      loss,
      loss.inputs.filter(({ name, role }) => name !== "feature/cotangent" && role.kind !== "random"),
    ),
  };
}

export function inputsOf(graph: Graph, x: readonly number[]): Map<string, readonly number[]> {
  return new Map(
    graph.inputs.map(({ name, value }) => {
      if (name === "feature/x") return [name, x];
      if (name === "feature/cotangent") return [name, numbers("cotangent", value.shape)];
      const offset = name.endsWith("scale") || name.endsWith("variance") ? 1 : 0;
      return [name, numbers(weightName(name), value.shape).map((number) => number + offset)];
    }),
  );
}

/** The script knows blocks of a stream by the stream alone. */
export function weightName(name: string): string {
  return name.replace("s.convnext.", "s.").replace("s.resnet.", "s.");
}
