import type { Graph, GraphOutput, Origin, Value } from "../../../compiler/graph/graph.ts";
import { removeDeadCode } from "../../../compiler/graph/remove-dead-code.ts";
import { withFiniteWitnesses } from "../../../compiler/graph/with-finite-witnesses.ts";
import type { StageWeight } from "../../../compiler/stage/plan.ts";
import type { Engine, TensorData } from "../../engines/engine.ts";
import type { LossNotFinite } from "../step/loss-not-finite.ts";

/** The origin of a loss that is not finite. */
export type Divergence =
  /**
   * An earlier update caused it: the weights that are not finite, in order of first use, and the number of weights that
   * the graph reads.
   */
  | { readonly kind: "weights"; readonly broken: readonly StageWeight[]; readonly of: number }
  | { readonly kind: "feature"; readonly feature: string; readonly row: number }
  /** The first value of the computation that is not finite, and the first index in it. */
  | {
      readonly kind: "value";
      readonly op: string;
      readonly origin: Origin | undefined;
      readonly found: number;
      readonly row?: number;
    }
  /** The engine computes finite values when they are outputs of the graph. */
  | { readonly kind: "unknown" };

/** Repeats the step's forward computation and checks every value. */
export async function traceDivergence(
  failure: LossNotFinite,
  weights: readonly StageWeight[],
  engine: Engine,
): Promise<Divergence> {
  return inInputs(failure, weights) ?? (await inValues(failure, engine)) ?? { kind: "unknown" };
}

function inInputs({ graph, inputs }: LossNotFinite, weights: readonly StageWeight[]): Divergence | undefined {
  const isBroken = (name: string) => placeOfNotFinite(inputs.get(name)) !== undefined;
  const read = weights.filter(({ name }) => inputs.has(name));
  const broken = read.filter(({ name }) => isBroken(name));
  if (broken.length > 0) return { kind: "weights", broken, of: read.length };
  for (const { role, name, value } of graph.inputs) {
    const place = role.kind === "feature" ? placeOfNotFinite(inputs.get(name)) : undefined;
    if (role.kind === "feature" && place !== undefined)
      return { kind: "feature", feature: role.feature, row: rowOf(place, value) };
  }
  return undefined;
}

async function inValues({ graph, inputs }: LossNotFinite, engine: Engine): Promise<Divergence | undefined> {
  const loss = graph.outputs.find(({ role }) => role.kind === "loss");
  if (!loss) return undefined;
  const { graph: witnessed, watched } = withFiniteWitnesses(graph, loss);
  const witnesses = await runOnce(engine, witnessed, inputs);
  const first = watched[witnessed.outputs.findIndex(({ name }) => Number.isNaN(witnesses.get(name)?.[0]))];
  if (!first) return undefined;
  const { node, value } = first;
  const whole = (await runOnce(engine, wholeOf(graph, value), inputs)).get("scalar/value");
  const place = placeOfNotFinite(whole);
  if (!whole || place === undefined) return undefined;
  const batch = graph.inputs.find(({ role }) => role.kind === "row_weight")?.value.shape[0];
  return {
    kind: "value",
    op: node.op,
    origin: node.origin,
    found: whole[place] ?? Number.NaN,
    ...(value.shape[0] === batch ? { row: rowOf(place, value) } : {}),
  };
}

/** A graph whose only output is one whole value. */
function wholeOf(graph: Graph, value: Value): Graph {
  const output: GraphOutput = { name: "scalar/value", role: { kind: "scalar", name: "value" }, value };
  return removeDeadCode({ ...graph, name: `${graph.name} whole`, outputs: [output] }, { unusedInputs: "drop" });
}

async function runOnce(
  engine: Engine,
  graph: Graph,
  inputs: ReadonlyMap<string, TensorData>,
): Promise<ReadonlyMap<string, TensorData>> {
  const executable = await engine.load(graph);
  try {
    return await executable.run(inputs);
  } finally {
    await executable.dispose();
  }
}

function placeOfNotFinite(data: TensorData | undefined): number | undefined {
  if (!(data instanceof Float32Array)) return undefined;
  const place = data.findIndex((value) => !Number.isFinite(value));
  return place < 0 ? undefined : place;
}

function rowOf(place: number, { shape }: Value): number {
  return Math.floor(place / shape.slice(1).reduce((size, length) => size * length, 1));
}
