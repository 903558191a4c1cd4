import type { GraphInput } from "../../compiler/graph/graph.ts";
import type { GraphVariant, StagePlan } from "../../compiler/plan.ts";
import type { ResolvedMixup } from "../../compiler/schema/resolved.ts";
import type { TrainingState } from "../checkpoint/training-state.ts";
import type { Batch, Data } from "../data/data.ts";
import { type Generator, generator } from "../random/generator.ts";
import { BatchSupply } from "./batch-supply.ts";
import { fillRandomInputs } from "./bound-step.ts";
import { drawTasks, drawsOf } from "./draw-tasks.ts";
import { drawMixup } from "./draw-mixup.ts";
import { openSampler } from "./samplers/index.ts";
import type { Sampler, SamplerEvent, SamplerStatus } from "./samplers/sampler.ts";
import { sampledTask, stageLength } from "./stage-length.ts";

/** A batch with its random bytes by site, and its random numbers by name. */
export interface PreparedBatch {
  /** The size of the graph that takes it. */
  readonly variant: GraphVariant;
  readonly batch: Batch;
  readonly random: ReadonlyMap<string, Uint8Array>;
  readonly scalars: ReadonlyMap<string, number>;
}

/** What one update is made from: of each task, the batches whose gradients are averaged. */
export interface PreparedStep {
  readonly tasks: readonly { readonly task: string; readonly epoch: number; readonly batches: readonly PreparedBatch[] }[];
}

export interface StepSupplySettings {
  readonly plan: Pick<StagePlan, "stage" | "tasks" | "batchOf">;
  /** Keys the random streams. */
  readonly phase: string;
  readonly seed: number;
  readonly data: Data;
  /** Inputs of the graph that will take the task's batches. */
  readonly inputsOf: (task: string, variant: GraphVariant) => readonly GraphInput[];
  readonly mixupOf: (task: string) => ResolvedMixup | undefined;
}

export type SupplyPosition = Pick<TrainingState, "sampler" | "samplerPosition" | "supplies">;

/** Chooses tasks and rows of a stage's steps and reads their batches. Everything random in it is keyed or counted, so its state is small. */
export class StepSupply {
  readonly #settings: StepSupplySettings;
  readonly #random: Generator;
  readonly #sampler: Sampler;
  readonly #supplies: ReadonlyMap<string, BatchSupply>;
  /** Random bytes of two steps, the one that runs and the one that is prepared, by task and batch. */
  readonly #buffers: readonly [Map<string, Map<string, Uint8Array>>, Map<string, Map<string, Uint8Array>>] = [new Map(), new Map()];

  constructor(settings: StepSupplySettings) {
    const { plan, phase, seed, data } = settings;
    const { stage } = plan;
    const tasks = plan.tasks.map((name) => ({ name, rows: data.rows(name, "train"), batch: plan.batchOf(name) }));
    this.#settings = settings;
    this.#random = generator(seed, "sampler", phase);
    const sampled = tasks.map((task) => sampledTask(task, stage));
    this.#sampler = openSampler({ options: stage.sampler, tasks: sampled, random: () => this.#random.uniform(), total: stageLength(stage, sampled) * drawsOf(stage.step) });
    this.#supplies = new Map(tasks.map(({ name, rows, batch }) => [name, new BatchSupply({ seed, stage: phase, task: name, rows, batch, accumulate: stage.accumulate })]));
  }

  /** The next step. Only one may be prepared while another one runs. */
  async prepare(step: number): Promise<PreparedStep> {
    const { stage, tasks } = this.#settings.plan;
    const draws = step * drawsOf(stage.step);
    const chosen = drawTasks({ step: stage.step, tasks, next: (before) => this.#sampler.next({ step: draws + before }) });
    const supplied = chosen.map((task) => ({ task, ...this.#supplyOf(task).next() }));
    const prepared = [];
    for (const { task, epoch, batches } of supplied) prepared.push({ task, epoch, batches: await this.#read(task, epoch, batches, step) });
    return { tasks: prepared };
  }

  observe(event: SamplerEvent): void {
    this.#sampler.observe(event);
  }

  /** Nothing where the sampler does not draw. */
  samplerStatus(): readonly SamplerStatus[] {
    return drawsOf(this.#settings.plan.stage.step) === 0 ? [] : (this.#sampler.status?.() ?? []);
  }

  position(): SupplyPosition {
    return {
      sampler: this.#sampler.state(),
      samplerPosition: this.#random.position,
      supplies: Object.fromEntries([...this.#supplies].map(([task, supply]) => [task, supply.state()])),
    };
  }

  restore({ sampler, samplerPosition, supplies }: SupplyPosition): void {
    this.#sampler.restore(sampler);
    this.#random.position = samplerPosition;
    for (const [task, state] of Object.entries(supplies)) this.#supplyOf(task).restore(state);
  }

  async #read(task: string, epoch: number, batches: readonly (readonly number[])[], step: number): Promise<readonly PreparedBatch[]> {
    const { data, plan, seed, phase, inputsOf, mixupOf } = this.#settings;
    const read: PreparedBatch[] = [];
    for (const [index, rows] of batches.entries()) {
      const variant: GraphVariant = {};
      const batch = await data.batch({ task, split: "train", rows, size: plan.batchOf(task), draw: { seed, stage: phase, epoch } });
      const random = this.#buffersOf(step, `${task} ${index}`);
      const inputs = inputsOf(task, variant);
      fillRandomInputs(inputs, { seed, stage: phase, epoch, keys: batch.keys }, random);
      const scalars = drawMixup(inputs, { mixup: mixupOf(task), seed, phase, task, step, batch: index });
      read.push({ variant, batch, random, scalars });
    }
    return read;
  }

  #buffersOf(step: number, key: string): Map<string, Uint8Array> {
    const buffers = this.#buffers[step % 2 === 0 ? 0 : 1];
    const known = buffers.get(key) ?? new Map<string, Uint8Array>();
    buffers.set(key, known);
    return known;
  }

  #supplyOf(task: string): BatchSupply {
    const supply = this.#supplies.get(task);
    if (!supply) throw new Error(`no task ${task} in phase ${this.#settings.phase}`);
    return supply;
  }
}
