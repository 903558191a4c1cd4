import { mixupOf } from "../../compiler/features/augmentations.ts";
import { lossScale } from "../../compiler/differentiate/training-graphs.ts";
import { formulasOfRule, ruleOf } from "../../compiler/differentiate/update-rule.ts";
import type { DecodingGraphs } from "../../compiler/analysis/decoding/decoding-graphs.ts";
import { positionScalar } from "../../compiler/analysis/decoding/kept-values.ts";
import { featureInPass } from "../../compiler/features/shared-inputs.ts";
import { type Graph, type InputRole, type TensorType, type Value, roleName } from "../../compiler/graph/graph.ts";
import type { GraphSizes } from "../../compiler/lower/onnx/any-batch.ts";
import { onnxOutputNames } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { TFJS_TYPE } from "../../compiler/lower/tfjs/graph-model.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { featuresOfGenerated, generatedTextOf } from "../../compiler/targets/sequence.ts";
import { ownerOfSlots } from "../../compiler/schema/worker-steps.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { classMask } from "../data/batch/class-mask.ts";
import type { Preprocessing } from "../data/data.ts";
import { featureOfPass } from "./describe-features.ts";
import type { CompiledGraph, CompiledManifest, InputSource } from "./manifest.ts";

export interface DescribedGraph extends Pick<CompiledGraph, "kind" | "tasks"> {
  readonly graph: Graph;
  readonly sizes: GraphSizes;
  readonly specification: ResolvedSpecification;
  readonly features: CompiledManifest["features"];
  /** The preprocessing of a trained model, or of the data. */
  readonly preprocessing?: Preprocessing | undefined;
  /** The stage for each of its turns. */
  readonly plans: readonly Pick<StagePlan, "stage" | "weights">[];
  /** The graphs that decode a text together, of which this is one. */
  readonly decoding?: DecodingGraphs | undefined;
}

/** Describes the inputs and outputs of a graph for the manifest. */
export function describeGraph(described: DescribedGraph): Pick<CompiledGraph, "inputs" | "outputs"> {
  const { graph, sizes } = described;
  const onnxNames = onnxOutputNames(graph);
  return {
    inputs: graph.inputs.map(({ name, role, value }) => ({
      name,
      role,
      ...typeOf(value, sizes),
      source: sourceOf(role, described, value),
    })),
    outputs: graph.outputs.map(({ name, role, value }) => ({
      name,
      role,
      ...typeOf(value, sizes),
      onnxName: onnxNames.get(name) ?? name,
    })),
  };
}

/** A size is −1 if it follows from the number of rows. */
function typeOf(value: Value, sizes: GraphSizes) {
  const shape = sizes.shape(value).map(({ each, fixed }) => (each === 0 ? fixed : -1));
  return { dtype: value.dtype, tfjsDtype: TFJS_TYPE[value.dtype], shape };
}

type Describe<Kind extends InputRole["kind"]> = (
  role: Extract<InputRole, { kind: Kind }>,
  described: DescribedGraph,
  type: TensorType,
) => InputSource;

const sources: { readonly [Kind in InputRole["kind"]]: Describe<Kind> } = {
  weight: () => ({ kind: "initial" }),
  state: () => ({ kind: "initial" }),
  slot: () => ({ kind: "initial" }),
  gradient: () => ({ kind: "gradients" }),
  feature: ({ feature }, described, { shape }) => {
    const { features, tasks, decoding } = described;
    const kept = decoding?.kept.find((each) => each.feature === feature);
    if (kept)
      return {
        kind: "kept",
        output: roleName({ kind: "stream", stream: feature }),
        ...(kept.newest ? { newest: kept.newest } : {}),
        ...(kept.again ? { again: true } : {}),
      };
    const generated = generatedPart(described, feature);
    if (generated) return { kind: "generated", tokens: shape[1] === 1 ? "newest" : "all", ...generated };
    const { below, empty = 0 } = featureOfPass(features, tasks, feature) ?? {};
    return { kind: "data", ...(below === undefined ? {} : { below }), ...(empty < 0 ? { none: -1 as const } : {}) };
  },
  random: ({ moved }) => ({
    kind: "random",
    distribution: { kind: "integers", low: 0, high: 255, ...(moved ? { moved } : {}) },
  }),
  row_weight: () => ({ kind: "row_weight" }),
  class_mask: ({ task: name }, { graph, tasks, specification, preprocessing }) => {
    const task = specification.tasks[name ?? tasks[0] ?? ""];
    const known = task && preprocessing && classMask(specification, task, preprocessing);
    const input = graph.inputs.find(({ role }) => role.kind === "class_mask" && role.task === name);
    return { kind: "class_mask", values: Array.from(known ?? new Float32Array(input?.value.shape[0] ?? 0).fill(1)) };
  },
  update: ({ name, class: updateClass }, { plans, tasks }) => {
    const [rule] = plans.flatMap(({ stage, weights }) =>
      weights.filter((weight) => weight.class === updateClass).map((weight) => ruleOf(stage, weight)),
    );
    const owner = plans[0] && ownerOfSlots(plans[0].stage, tasks);
    const expression = rule ? formulasOfRule(rule)[name] : undefined;
    if (!rule || expression === undefined) throw new Error(`there is no formula for ${name} of ${updateClass}`);
    return {
      kind: "update",
      formula: `${rule.optimizer.kind}.${name}`,
      expression,
      class: owner === undefined ? updateClass : `${owner}/${updateClass}`,
      rate: rule.optimizer.rate,
    };
  },
  host_result: (role) => ({
    kind: "host",
    function: role.function,
    argument: roleName({ ...role, kind: "host_argument" }),
  }),
  balance: ({ name }) => {
    throw new Error(`no graph is exported whose balance needs ${name}`);
  },
  scalar: ({ name }, { specification, tasks, decoding }) => {
    if (decoding && name === positionScalar) return { kind: "position" };
    const weighed = tasks.find((task) => name === lossScale(task));
    if (weighed !== undefined) return { kind: "loss_factor", task: weighed };
    // The others are the mixing factors of mixup (Zhang et al., 2018), which have the name of a task if there are several.
    const mixing = tasks.length === 1 ? tasks : tasks.filter((task) => name.startsWith(`${task}/`));
    const [mixup] = mixing.flatMap((task) => mixupOf(specification.tasks[task]) ?? []);
    if (!mixup) throw new Error(`the source of the scalar ${name} is unknown`);
    return { kind: "random", distribution: { kind: "beta", alpha: mixup.alpha } };
  },
};

/** The part of the text that one of the graph's tasks generates, if a feature is one. */
function generatedPart(
  { tasks, specification }: DescribedGraph,
  feature: string,
): { readonly part: "ids" | "mask"; readonly below: number } | undefined {
  const { task: of, name } = featureInPass(tasks, feature);
  for (const task of of === undefined ? tasks : [of]) {
    const target = specification.tasks[task]?.target;
    const generated = target?.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
    const parts = generated && featuresOfGenerated(generated);
    if (parts?.ids.name === name) return { part: "ids", below: parts.ids.below ?? 0 };
    if (parts?.mask.name === name) return { part: "mask", below: 2 };
  }
  return undefined;
}

function sourceOf(role: InputRole, described: DescribedGraph, type: TensorType): InputSource {
  return (sources[role.kind] as Describe<InputRole["kind"]>)(role, described, type);
}
