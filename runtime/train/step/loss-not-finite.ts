import type { Graph } from "../../../compiler/graph/graph.ts";
import type { TensorData } from "../../engines/engine.ts";

/** The loss of a training step is NaN or infinite. The error has the data that is needed to find where that began. */
export class LossNotFinite extends Error {
  override readonly name = "LossNotFinite";
  readonly graph: Graph;
  /** The inputs of the graph, by name. */
  readonly inputs: ReadonlyMap<string, TensorData>;
  /** The output that holds the loss. */
  readonly output: string;
  readonly loss: number;

  constructor(
    graph: Graph,
    inputs: ReadonlyMap<string, TensorData>,
    { name, loss }: { readonly name: string; readonly loss: number },
  ) {
    super(`the loss of ${graph.name} is ${loss}`);
    this.output = name;
    this.graph = graph;
    this.inputs = inputs;
    this.loss = loss;
  }
}
