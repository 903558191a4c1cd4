import { mixupOf } from "../../../compiler/features/augmentations.ts";
import {
  type GraphVariant,
  type StagePlan,
  type TextLengths,
  passName,
  variantKey,
} from "../../../compiler/stage/plan.ts";
import type { GraphInput } from "../../../compiler/graph/graph.ts";
import type { Batch } from "../../data/data.ts";
import { rowsOfPass } from "../../data/pass-rows.ts";
import { fillRandomInputs } from "../step/bound-executable.ts";
import { progressScalar } from "../../../compiler/features/features.ts";
import { featureInPass } from "../../../compiler/features/shared-inputs.ts";
import { drawMixup } from "./draw-mixup.ts";
import { paddedRows } from "./padded-rows.ts";
import { type ChooserPosition, RowChooser, type RowChooserSettings, type RowsOfPass } from "./row-chooser.ts";
import { type BucketsOfSplit, lengthsOf, openLengthBuckets } from "./length-buckets.ts";
import type { SamplerEvent, SamplerStatus } from "../samplers/sampler.ts";

/** A batch with its random bytes by input, and its random numbers by name. */
export interface PreparedBatch {
  /** The size of the batch's graph. */
  readonly variant: GraphVariant;
  readonly batch: Batch;
  readonly random: ReadonlyMap<string, Uint8Array>;
  readonly scalars: ReadonlyMap<string, number>;
}

/** The part of one update that is computed in passes of the same tasks: the batches whose gradients are averaged. */
export interface PreparedPass {
  readonly tasks: readonly string[];
  /** The latest epoch of the rows. */
  readonly epoch: number;
  readonly batches: readonly PreparedBatch[];
}

/** The batches of one update. */
export interface PreparedStep {
  readonly passes: readonly PreparedPass[];
}

export interface StepSupplySettings extends Omit<RowChooserSettings, "buckets" | "plan"> {
  readonly plan: Pick<StagePlan, "stage" | "tasks" | "passes" | "batchOf" | "buckets">;
  /** The number of updates of the stage. */
  readonly total: number;
  /** Inputs of the graph that will take the batches of a pass. */
  readonly inputsOf: (pass: readonly string[], variant: GraphVariant) => readonly GraphInput[];
  /** The graphs that take the batches of a pass with these lengths, if more than lengths distinguishes them. */
  readonly variantOf?: (pass: readonly string[], lengths: TextLengths) => GraphVariant;
}

/** Reads the batches of a stage's updates, with their random inputs. */
export class StepSupply {
  readonly #settings: StepSupplySettings;
  readonly #chooser: RowChooser;
  readonly #buckets: BucketsOfSplit;
  /** Random bytes of two steps, the one that runs and the one that is prepared, by task, batch and size. */
  readonly #buffers: readonly [Map<string, Map<string, Uint8Array>>, Map<string, Map<string, Uint8Array>>] = [
    new Map(),
    new Map(),
  ];

  constructor(settings: StepSupplySettings) {
    this.#settings = settings;
    this.#buckets = openLengthBuckets(settings.plan, settings.data);
    this.#chooser = new RowChooser({ ...settings, buckets: this.#buckets });
  }

  /**
   * The next step. Only one may be prepared while another one runs: `running`, which a choice by the model waits for.
   */
  async prepare(step: number, running: Promise<unknown> = Promise.resolve()): Promise<PreparedStep> {
    const chosen = await this.#chooser.choose(step, running);
    const passes: PreparedPass[] = [];
    for (const pass of chosen)
      passes.push({
        tasks: pass.tasks,
        epoch: Math.max(...pass.batches.map(({ epoch }) => epoch)),
        batches: await this.#read(pass, step),
      });
    return { passes };
  }

  /** The tasks that updates can have. */
  get remaining(): readonly string[] {
    return this.#chooser.remaining;
  }

  /** Removes a task: later updates have no rows of it. */
  leave(task: string): void {
    this.#chooser.leave(task);
  }

  observe(event: SamplerEvent): void {
    this.#chooser.observe(event);
  }

  samplerStatus(): readonly SamplerStatus[] {
    return this.#chooser.samplerStatus();
  }

  usedShares(): ReadonlyMap<string, number> {
    return this.#chooser.usedShares();
  }

  position(): ChooserPosition {
    return this.#chooser.position();
  }

  restore(position: ChooserPosition): void {
    this.#chooser.restore(position);
  }

  async #read({ tasks, sharing, batches }: RowsOfPass, step: number): Promise<readonly PreparedBatch[]> {
    const { data, plan, seed, phase, inputsOf, taskOf, variantOf } = this.#settings;
    const read: PreparedBatch[] = [];
    const most = plan.batchOf(tasks[0] ?? "");
    for (const [index, { epoch, rows }] of batches.entries()) {
      const size = plan.stage.step.kind === "mixed" ? paddedRows(rows.length, most) : most;
      const lengths = lengthsOf(this.#buckets(sharing, "train"), rows);
      const variant: GraphVariant = {
        ...(variantOf?.(tasks, lengths) ?? { lengths }),
        ...(size === most ? {} : { batch: size }),
      };
      const batch = await rowsOfPass(data, sharing).batch({
        tasks,
        split: "train",
        rows,
        size,
        lengths,
        draw: { seed, stage: phase, epoch },
      });
      const random = this.#buffersOf(step, `${passName(tasks)} ${index} ${variantKey(variant)}`);
      const inputs = inputsOf(tasks, variant);
      fillRandomInputs(inputs, { seed, stage: phase, epoch, keys: batch.keys }, random);
      const drawn = drawMixup(inputs, {
        mixupOf: (task) => mixupOf(taskOf(task)),
        seed,
        phase,
        tasks,
        step,
        batch: index,
      });
      const scalars = new Map([...drawn, ...progressOf(inputs, tasks, step / this.#settings.total)]);
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
}

/** The values of scalar inputs that take the progress of the stage. */
function progressOf(
  inputs: readonly GraphInput[],
  tasks: readonly string[],
  progress: number,
): readonly (readonly [string, number])[] {
  return inputs.flatMap(({ role }) =>
    role.kind === "scalar" && featureInPass(tasks, role.name).name === progressScalar
      ? [[role.name, progress] as const]
      : [],
  );
}
