import { roleName } from "../../compiler/graph/graph.ts";
import { type AnyBatch, fixedSizes } from "../../compiler/lower/onnx/any-batch.ts";
import type { Operators } from "../../compiler/lower/onnx/lowering.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { classMask } from "../data/batch/class-mask.ts";
import type { CompileSource } from "./compile-source.ts";
import { describeGraph } from "./describe-graph.ts";
import { graphOfAnyBatch } from "./graph-of-any-batch.ts";
import type { CompiledFormat, CompiledGraph, CompiledManifest } from "./manifest.ts";
import { type PredictGraph, predictGraph } from "./predict-graph.ts";
import type { StageGraph } from "./stage-graphs.ts";
import { writeGraph, writeInt8 } from "./write-graph.ts";

export interface GraphsToWrite extends CompileSource {
  readonly plans: readonly StagePlan[];
  readonly graphs: readonly StageGraph[];
  readonly features: CompiledManifest["features"];
  readonly formats: readonly CompiledFormat[];
  readonly operators: Operators;
  /** The rows of a graph that predicts: as many as the stage graph has, or any number. */
  readonly rowsOfPrediction: "fixed" | "any";
  /** The bits of the weights of graphs that predict: with `int8` there are two models of each. */
  readonly weights: "float32" | "int8";
}

/** A graph of a compiled folder. */
export interface WrittenGraph {
  readonly description: CompiledGraph;
  readonly graph: PredictGraph["graph"];
}

/** Writes graphs into a folder, and describes them for the manifest. */
export async function writeGraphs(folder: string, contents: GraphsToWrite): Promise<readonly WrittenGraph[]> {
  const { compiled, plans, graphs, features, formats, operators, preprocessing } = contents;
  const { specification } = compiled.program;
  const written: WrittenGraph[] = [];
  for (const [index, each] of graphs.entries()) {
    const { kind, tasks, batch } = each;
    const made = await makerOf(each, contents);
    const sized = sizedGraph(each, made, contents);
    if (!sized) continue;
    const { graph, sizes } = sized;
    const decoding = each.decoding?.({ weights: made.weights });
    const place = { folder, path: pathOf(each, graphs.slice(0, index)), sizes, operators };
    const isQuantised = contents.weights === "int8" && each.merges && contents.trained;
    const description: CompiledGraph = {
      kind,
      tasks,
      batch: sizes === fixedSizes ? batch : "any",
      ...(kind === "decode_next" && decoding?.wholeText !== undefined ? { readsAll: decoding.wholeText } : {}),
      ...(await writeGraph(graph, formats, place)),
      ...(isQuantised ? { int8: await writeInt8(graph, place) } : {}),
      ...describeGraph({ kind, tasks, graph, sizes, specification, features, plans, preprocessing, decoding }),
    };
    written.push({ description, graph: made.graph });
  }
  return written;
}

/** A graph that predicts has the weights of a trained model as constants. */
async function makerOf(each: StageGraph, contents: GraphsToWrite): Promise<PredictGraph> {
  const { merges, tasks } = each;
  if (merges && contents.trained) return predictGraph(each, contents.trained, knownClasses(contents, tasks));
  return { graph: (rows) => each.graph(rows === undefined ? {} : { rows }), weights: undefined };
}

function sizedGraph(
  { kind, tasks, merges }: StageGraph,
  { graph: make }: PredictGraph,
  { rowsOfPrediction }: GraphsToWrite,
): AnyBatch | undefined {
  const graph = make();
  if (!graph || !merges || rowsOfPrediction === "fixed") return graph && { graph, sizes: fixedSizes };
  return graphOfAnyBatch((rows) => make(rows) ?? graph, `The graph ${kind} of ${tasks.join(" and ")}`);
}

/** The path of a graph: in the folder of its task, or of several tasks in the folder itself, numbered from the second of a kind on. */
function pathOf({ kind, tasks }: StageGraph, before: readonly StageGraph[]): string {
  const [only, ...others] = tasks;
  if (only !== undefined && others.length === 0) return `${only}/${kind}`;
  const earlier = before.filter((each) => each.kind === kind && each.tasks.length > 1).length;
  return earlier === 0 ? kind : `${kind}-${earlier + 1}`;
}

/** The inputs with the masks of the outputs that have a class, which are known for a trained model. */
function knownClasses(
  {
    compiled: {
      program: { specification },
    },
    preprocessing,
  }: CompileSource,
  tasks: readonly string[],
): readonly (readonly [string, Float32Array])[] {
  return tasks.flatMap((name) => {
    const task = specification.tasks[name];
    const mask = task && preprocessing && classMask(specification, task, preprocessing);
    return mask ? [[roleName({ kind: "class_mask", ...(tasks.length > 1 ? { task: name } : {}) }), mask] as const] : [];
  });
}
