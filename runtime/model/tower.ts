import { removeDeadCode } from "../../compiler/graph/remove-dead-code.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { memoised } from "../../compiler/stage/memoised.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { type ExampleEncoder, createExampleEncoder } from "../data/batch/encode-examples.ts";
import type { Preprocessing, RawExample } from "../data/data.ts";
import type { Engine } from "../engines/engine.ts";
import { predictionsOf } from "../evaluation/evaluate-split.ts";
import { type PlanOfTasks, trainedStore } from "../evaluation/evaluate-tasks.ts";
import { type Program, taskOf } from "../train/program.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { UserError } from "../user-error.ts";
import type { TrainedWeights } from "./trained-weights.ts";

export interface TowersSettings {
  readonly program: Program;
  readonly plans: readonly PlanOfTasks[];
  readonly weights: TrainedWeights;
  readonly engine: Engine;
  readonly preprocessing: Preprocessing;
  /** The folder that file names in examples are relative to. */
  readonly folder: string;
}

interface TowerSettings extends Omit<TowersSettings, "plans"> {
  readonly task: ResolvedTask;
  readonly modality: string;
  readonly plan: StagePlan;
}

/** The towers of a model by task and modality, each loaded when it is first asked for. */
export function towersOf({ plans, ...settings }: TowersSettings): (task: string, modality: string) => Tower {
  return memoised(
    (task: string, modality: string) => `${task} ${modality}`,
    (name, modality) => {
      const plan = plans.find(({ names }) => names.includes(name))?.plan;
      if (!plan) throw new Error(`no plan has the task ${name}`);
      return new Tower({ ...settings, task: taskOf(settings.program, name), modality, plan });
    },
  );
}

const rowsAtOnce = 32;

/** The vectors of one modality of a `contrastive` task, by the part of its graph that they depend on. */
export class Tower {
  readonly #task: string;
  readonly #output: string;
  readonly #encoder: ExampleEncoder;
  readonly #executable: Promise<BoundExecutable>;

  constructor({ program, task, modality, plan, weights, engine, preprocessing, folder }: TowerSettings) {
    const { specification } = program;
    this.#task = task.name;
    this.#output = sideOf(task, modality);
    const whole = plan.predict(task.name, { batch: rowsAtOnce });
    const outputs = whole.outputs.filter(({ role }) => role.kind === "prediction" && role.name === this.#output);
    const graph = removeDeadCode({ ...whole, outputs }, { unusedInputs: "drop" });
    const features = graph.inputs.flatMap(({ role }) => (role.kind === "feature" ? [role.feature] : []));
    const isRead = (name: string): boolean =>
      features.some((feature) => feature === name || feature.startsWith(`${name}.`));
    const inputs = task.inputs.filter((input) => isRead(input.modality));
    // An example needs no value of the other modality.
    const tasks = { ...specification.tasks, [task.name]: { ...task, inputs } };
    this.#encoder = createExampleEncoder({ specification: { ...specification, tasks }, preprocessing, folder });
    this.#executable = Promise.all([engine.load(graph), trainedStore({ plan, task: task.name, weights })]).then(
      ([executable, store]) => new BoundExecutable(executable, store),
    );
  }

  async vectors(examples: readonly RawExample[]): Promise<readonly Float32Array[]> {
    const executable = await this.#executable;
    const vectors: Float32Array[] = [];
    for (let start = 0; start < examples.length; start += rowsAtOnce) {
      const some = examples.slice(start, start + rowsAtOnce);
      const origins = some.map((_, row) => this.#encoder.originOf(start + row));
      const batch = await this.#encoder.encode({ pass: [this.#task], examples: some, origins, size: rowsAtOnce });
      const values = predictionsOf(await executable.run({ batch })).get(this.#output);
      if (!(values instanceof Float32Array)) throw new Error(`the graph gives no ${this.#output}`);
      const width = values.length / rowsAtOnce;
      vectors.push(...some.map((_, row) => values.slice(row * width, (row + 1) * width)));
    }
    return vectors;
  }
}

function sideOf({ name, target }: ResolvedTask, modality: string): "first" | "second" {
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
