import { join } from "node:path";
import { type DType, type Graph, type GraphInput, roleName, sizeOf } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Program } from "../../compiler/program.ts";
import { writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { describeFeatures, featureOfPass } from "../../runtime/export/describe-features.ts";
import { hostResults } from "../../runtime/train/step/host-results.ts";
import { generator } from "../../runtime/random/generator.ts";
import { initialWeight } from "../../runtime/train/phase/initialize.ts";

const stored = { float32: "F32", int32: "I32", uint8: "U8", bool: "BOOL" } as const;

type Data = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Values for the inputs of a graph: weights near their initial ones, rows of weight 0 and ½, masks and random bytes. */
export function inputsOf(program: Program, plan: StagePlan, task: string, graph: Graph): ReadonlyMap<string, Data> {
  const weights = new Map(plan.weights.map((weight) => [weight.name, weight]));
  const features = describeFeatures(program.specification);
  const valueOf = ({ name, role, value }: GraphInput): Data => {
    const random = generator(1, "fixture", name);
    const count = sizeOf(value.shape);
    const whole = (below: number): number[] =>
      Array.from({ length: count }, () => Math.floor(random.uniform() * below));
    switch (role.kind) {
      case "weight":
      case "state": {
        const weight = weights.get(role.kind === "weight" ? role.weight : role.state);
        if (!weight) throw new Error(`the plan has no weight ${name}`);
        const data = Float32Array.from(initialWeight({ seed: 1, ...weight }));
        // Weights that begin as zeros or ones would hide mistakes.
        return data.map((each) => each + 0.02 * random.normal());
      }
      case "row_weight":
        return Float32Array.from({ length: count }, (_, row) => (row % 5 === 4 ? 0 : row % 7 === 3 ? 0.5 : 1));
      case "random":
        return Uint8Array.from(whole(256));
      case "class_mask":
        return new Float32Array(count).fill(1);
      case "scalar":
        return Float32Array.of(0.7);
      case "host_result":
        return new Float32Array(count);
      case "feature": {
        const { feature } = role;
        if (feature.endsWith(".mask") || feature.endsWith(".there"))
          return maskOf(count, value.shape.at(-1) ?? 1, random, value.dtype);
        if (value.dtype === "float32") return Float32Array.from({ length: count }, () => random.normal());
        const below = featureOfPass(features, [task], feature)?.below ?? 2;
        return value.dtype === "int32"
          ? Int32Array.from(whole(below))
          : Uint8Array.from(whole(feature.endsWith(".present") ? 2 : below));
      }
      default:
        throw new Error(`there is no value for ${name}`);
    }
  };
  return new Map(graph.inputs.map((input) => [input.name, valueOf(input)]));
}

/** A mask of rows that each have at least one element, the first ones. */
function maskOf(count: number, length: number, random: ReturnType<typeof generator>, dtype: DType): Data {
  const data = dtype === "float32" ? new Float32Array(count) : new Uint8Array(count);
  for (let at = 0; at < count; at += length) data.fill(1, at, at + 1 + Math.floor(random.uniform() * length));
  return data;
}

/** Writes the inputs of a graph, and what an engine makes of them, as safetensors files. */
export async function writeFixture(
  folder: string,
  name: string,
  {
    engine,
    graph,
    inputs,
  }: { readonly engine: Engine; readonly graph: Graph; readonly inputs: ReadonlyMap<string, Data> },
): Promise<void> {
  const executable = await engine.load(graph);
  // A function of the host has arguments that do not depend on its result.
  const computed = await executable.run(inputs);
  const ofHost = hostResults(graph, computed);
  const outputs = ofHost.size === 0 ? computed : await executable.run(new Map([...inputs, ...ofHost]));
  const tensors = (
    entries: readonly { readonly name: string; readonly value: GraphInput["value"] }[],
    data: ReadonlyMap<string, unknown>,
  ) =>
    new Map(
      entries.map(({ name: each, value }) => [
        each,
        { dtype: stored[value.dtype], shape: value.shape, data: data.get(each) as Data } as never,
      ]),
    );
  await writeSafetensors(join(folder, `${name}.inputs.safetensors`), {
    tensors: tensors(graph.inputs, inputs),
    metadata: new Map(),
  });
  await writeSafetensors(join(folder, `${name}.outputs.safetensors`), {
    tensors: tensors(graph.outputs, outputs),
    metadata: new Map(),
  });
  await executable.dispose();
}

export { roleName };
