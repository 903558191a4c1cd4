import { sharedFeature, sharedInputs } from "../../../compiler/features/shared-inputs.ts";
import type { GraphInput } from "../../../compiler/graph/graph.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";

export type ShardSplit = "train" | "validation";

/** A tensor of the shards: a feature, with the shape of a row. */
export interface ShardTensor {
  readonly name: string;
  readonly dtype: "F32" | "I32" | "U8";
  readonly shape: readonly number[];
  /**
   * The number of values along the first axis of the graph's input for each row; more than 1 where the candidates of
   * all rows are one axis.
   */
  readonly each: number;
}

/** The features that the tasks of a pass read, as tensors of shards. */
export interface PassTensors {
  readonly tensors: readonly ShardTensor[];
  /** For each task, the tensor of each feature that its module takes. */
  readonly features: { readonly [task: string]: { readonly [feature: string]: string } };
}

const stored = { float32: "F32", int32: "I32", uint8: "U8", bool: "U8" } as const;

/** Describes the features of a pass in a split, from the inputs of its graphs. */
export function passTensors(
  specification: Pick<ResolvedSpecification, "modalities" | "tasks">,
  plan: StagePlan,
  pass: readonly string[],
  split: ShardSplit,
): PassTensors {
  const mode = split === "train" ? "train" : "evaluate";
  const shared = sharedInputs(specification, pass, mode);
  const tensors = new Map<string, ShardTensor>();
  const features: Record<string, Record<string, string>> = {};
  for (const task of pass) {
    const graph = split === "train" ? plan.gradients(task) : plan.evaluate(task);
    const rows = split === "train" ? plan.batchOf(task) : plan.evaluationBatchOf(task);
    const own: Record<string, string> = {};
    for (const input of graph.inputs) {
      if (input.role.kind !== "feature") continue;
      const { feature } = input.role;
      const name = pass.length > 1 ? sharedFeature(shared, task, feature) : feature;
      own[feature] = name;
      tensors.set(name, shardTensor(name, input, rows));
    }
    features[task] = own;
  }
  return { tensors: [...tensors.values()], features };
}

function shardTensor(name: string, { value: { dtype, shape } }: GraphInput, rows: number): ShardTensor {
  const [first = rows, ...rest] = shape;
  const each = first / rows;
  return { name, dtype: stored[dtype], shape: each === 1 ? rest : [each, ...rest], each };
}
