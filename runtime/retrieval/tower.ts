import type { Graph } from "../../compiler/graph/graph.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { memoised } from "../../compiler/stage/memoised.ts";
import { type VectorOutput, vectorGraph } from "../../compiler/stage/vector-graph.ts";
import type { RawExample } from "../data/data.ts";
import { predictionsOf } from "../evaluation/evaluate-split.ts";
import { trainedStore } from "../evaluation/evaluate-tasks.ts";
import { createSha256 } from "../host/hashing.ts";
import type { ExampleNotes } from "../model/pass-predictor.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { UserError } from "../user-error.ts";
import { type MatchedSide, type MatcherSettings, readingOnly } from "./matcher.ts";
import { type EncodeSide, sideEncoder } from "./side-encoder.ts";

/** The vectors of one modality of a `contrastive` task, by the part of its graph that they depend on. */
export class Tower implements MatchedSide<Float32Array> {
  readonly modality: string;
  readonly task: ResolvedTask;
  readonly #settings: MatcherSettings;
  readonly #output: VectorOutput;
  readonly #encode: EncodeSide;
  readonly #executable: (batch: number) => Promise<BoundExecutable>;

  /** @throws UserError of kind `usage` if the task has no vectors of the modality. */
  constructor(settings: MatcherSettings, modality: string) {
    const { task, plan, weights, engine } = settings;
    this.#settings = settings;
    this.modality = modality;
    this.#output = outputOf(task, modality);
    const features = featuresOf(this.#graph(1));
    // An example needs no value of the other modality.
    this.task = readingOnly(task, (name) =>
      features.some((feature) => feature === name || feature.startsWith(`${name}.`)),
    );
    this.#encode = sideEncoder(settings, this.task);
    this.#executable = memoised(String, async (batch: number) => {
      const executable = await engine.load(this.#graph(batch));
      return new BoundExecutable(executable, await trainedStore({ plan, task: task.name, weights }));
    });
  }

  /** The modalities that the vectors are computed from. */
  get reads(): readonly string[] {
    return this.task.inputs.map(({ modality }) => modality);
  }

  readonly prepare = async (
    examples: readonly RawExample[],
    notes: ExampleNotes,
  ): Promise<readonly (Float32Array | undefined)[]> => {
    const vectors: (Float32Array | undefined)[] = [];
    for await (const { examples: some, batch, unusable } of this.#encode(examples, notes)) {
      const executable = await this.#executable(batch.rowWeight.length);
      const values = predictionsOf(await executable.run({ batch })).get(this.#output);
      if (!(values instanceof Float32Array)) throw new Error(`the graph gives no ${this.#output}`);
      const width = values.length / batch.rowWeight.length;
      vectors.push(
        ...some.map((_, row) => (unusable.has(row) ? undefined : values.slice(row * width, (row + 1) * width))),
      );
    }
    return vectors;
  };

  /**
   * A SHA-256 of all that vectors depend on: the weights of the tower, what was learnt about the data, and how the
   * modalities are read.
   */
  async digest(): Promise<string> {
    const { specification, preprocessing, weights, task } = this.#settings;
    const table = await weights(task.name);
    const hash = createSha256();
    hash.update(JSON.stringify([preprocessing, this.reads.map((name) => specification.modalities[name])]));
    const names = this.#graph(1).inputs.flatMap(({ name, role }) =>
      role.kind === "weight" || role.kind === "state" ? [name] : [],
    );
    for (const name of names.toSorted()) {
      const { shape, data } = table.get(name) ?? { shape: [], data: new Float32Array(0) };
      hash.update(JSON.stringify([name, shape])).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    return hash.digest("hex");
  }

  #graph(batch: number): Graph {
    const { plan, task } = this.#settings;
    return vectorGraph(plan.predict(task.name, { batch }), this.#output);
  }
}

function featuresOf({ inputs }: Graph): readonly string[] {
  return inputs.flatMap(({ role }) => (role.kind === "feature" ? [role.feature] : []));
}

function outputOf({ name, target }: ResolvedTask, modality: string): VectorOutput {
  if (target.kind !== "contrastive")
    throw new UserError("usage", `The task ${name} has no vectors.`, "Name a task whose target is `contrastive`.");
  if (modality === target.first) return "first";
  if (modality === target.second) return "second";
  throw new UserError(
    "usage",
    `The task ${name} has no vectors of ${modality}.`,
    `It has vectors of ${target.first} and of ${target.second}.`,
  );
}
