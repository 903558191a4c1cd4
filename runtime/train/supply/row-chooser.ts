import { type StagePlan, passName } from "../../../compiler/stage/plan.ts";
import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import type { TrainingState } from "../../checkpoint/training-state.ts";
import type { Data } from "../../data/data.ts";
import { rowsOfPass, windowOfPass } from "../../data/pass-rows.ts";
import { type Generator, generator } from "../../random/generator.ts";
import { UserError } from "../../user-error.ts";
import { BatchSupply, type SuppliedRows } from "./batch-supply.ts";
import { cheapestBatches } from "./cheapest-batches.ts";
import { drawRows, drawTasks, drawsOf } from "./draw-tasks.ts";
import { graphSizes, paddedRows } from "./padded-rows.ts";
import { RemainingTasks } from "./remaining-tasks.ts";
import { drawableTasks } from "../samplers/drawable-tasks.ts";
import { openAnySampler } from "../samplers/index.ts";
import type { RowSampler, Sampler, SamplerContext, SamplerEvent, SamplerStatus } from "../samplers/sampler.ts";
import { type PoolBatch, type Pool, type Predictor, scorePools, weightedRows } from "./score-pools.ts";
import { sampledTasks, stageLength } from "../phase/stage-length.ts";
import { type BucketsOfSplit, lengthsOf, bucketsOfOrder } from "./length-buckets.ts";
import { UsedRows } from "./used-rows.ts";

/** The part of one update that is computed in passes of the same tasks, a batch at a time. */
export interface RowsOfPass {
  readonly tasks: readonly string[];
  /** The tasks that share the rows, of which `tasks` take part in the update. */
  readonly sharing: readonly string[];
  readonly batches: readonly SuppliedRows[];
}

export interface RowChooserSettings {
  readonly plan: Pick<StagePlan, "stage" | "tasks" | "passes" | "batchOf">;
  readonly buckets: BucketsOfSplit;
  /** Keys the random streams. */
  readonly phase: string;
  readonly seed: number;
  readonly data: Data;
  readonly taskOf: (task: string) => ResolvedTask;
  readonly predictor: Predictor;
}

export type ChooserPosition = Pick<TrainingState, "sampler" | "samplerPosition" | "supplies" | "usedRows" | "left">;

/**
 * Chooses the tasks and rows of a stage's updates. Everything random in it is keyed or counted, so its state is small.
 */
export class RowChooser {
  readonly #settings: RowChooserSettings;
  readonly #random: Generator;
  readonly #sampler: Sampler | RowSampler;
  readonly #supplies: ReadonlyMap<string, BatchSupply>;
  readonly #used: ReadonlyMap<string, UsedRows>;
  readonly #remaining: RemainingTasks;

  constructor(settings: RowChooserSettings) {
    const {
      plan: { stage, tasks, passes, batchOf },
      phase,
      seed,
      data,
      buckets,
    } = settings;
    const sampled = sampledTasks(settings.plan, data);
    this.#settings = settings;
    this.#random = generator(seed, "sampler", phase);
    this.#sampler = openAnySampler({
      options: stage.sampler,
      tasks: sampled,
      random: () => this.#random.uniform(),
      total: stageLength(stage, sampled) * drawsOf(stage),
    });
    this.#supplies = new Map(
      passes.map((pass) => [
        passName(pass),
        new BatchSupply({
          seed,
          stage: phase,
          task: passName(pass),
          rows: rowsOfPass(data, pass).rows("train"),
          batch: batchOf(pass[0] ?? ""),
          accumulate: stage.accumulate,
          buckets: bucketsOfOrder(stage, buckets(pass, "train")),
          window: windowOfPass(data, pass),
        }),
      ]),
    );
    this.#remaining = new RemainingTasks(
      drawableTasks(stage, sampled).filter(
        // The pools of a row sampler have no task whose loss does not count.
        (task) => !("select" in this.#sampler) || settings.taskOf(task).weight !== 0,
      ),
    );
    this.#used = new Map(tasks.map((task) => [task, new UsedRows(data.rows(task, "train"))]));
  }

  /**
   * Chooses the rows of the next update, tasks in the order of the stage. A sampler that scores rows with the model
   * first awaits `after`, the running step.
   */
  async choose(step: number, after: Promise<unknown>): Promise<readonly RowsOfPass[]> {
    const chosen = await this.#choose(step, after);
    for (const { tasks, sharing, batches } of chosen) {
      const shared = rowsOfPass(this.#settings.data, sharing);
      for (const { rows } of batches)
        for (const task of tasks)
          this.#used.get(task)?.add(rows.flatMap((row) => shared.positionOf(task, "train", row) ?? []));
    }
    return chosen;
  }

  async #choose(step: number, after: Promise<unknown>): Promise<readonly RowsOfPass[]> {
    const { stage, tasks, passes } = this.#settings.plan;
    const sampler = this.#sampler;
    if ("select" in sampler) return this.#select(sampler, after);
    const draws = drawsOf(stage);
    const remaining = this.#remaining;
    const draw = {
      step: stage.step,
      tasks: tasks.filter((task) => !remaining.hasLeft(task)),
      draws: remaining.isWhole || stage.step.kind === "mixed" ? draws : Math.min(draws, remaining.names.length),
      next: (before: number) => this.#nextTask(sampler, { step: step * draws + before }),
    };
    if (stage.step.kind === "mixed")
      return [...drawRows(draw)].map(([task, count]) => ({
        tasks: [task],
        sharing: [task],
        batches: this.#inBatches(task, this.#supplyOf(task).take(count)),
      }));
    const drawn = drawTasks(draw);
    return passes.flatMap((sharing) => {
      const together = sharing.filter((task) => drawn.includes(task));
      if (together.length === 0) return [];
      const { epoch, batches } = this.#supplyOf(passName(sharing)).next();
      return [{ tasks: together, sharing, batches: batches.map((rows) => ({ epoch, rows })) }];
    });
  }

  /** The tasks that updates can have. */
  get remaining(): readonly string[] {
    return this.#remaining.names;
  }

  /** Removes a task: later updates have no rows of it. */
  leave(task: string): void {
    this.#remaining.leave(task);
  }

  observe(event: SamplerEvent): void {
    this.#sampler.observe(event);
  }

  /** The status of the sampler; empty if the stage does not draw from it. */
  samplerStatus(): readonly SamplerStatus[] {
    if (drawsOf(this.#settings.plan.stage) === 0) return [];
    return (this.#sampler.status?.() ?? []).filter(({ task }) => !this.#remaining.hasLeft(task));
  }

  /** The fraction of each task's rows that has been used so far, in 0 to 1. Tasks without rows are left out. */
  usedShares(): ReadonlyMap<string, number> {
    const { data } = this.#settings;
    return new Map(
      [...this.#used].filter(([task]) => data.rows(task, "train") > 0).map(([task, used]) => [task, used.share]),
    );
  }

  position(): ChooserPosition {
    return {
      sampler: this.#sampler.state(),
      samplerPosition: this.#random.position,
      supplies: Object.fromEntries([...this.#supplies].map(([task, supply]) => [task, supply.state()])),
      usedRows: Object.fromEntries([...this.#used].map(([task, used]) => [task, used.state()])),
      ...this.#remaining.state(),
    };
  }

  restore({ sampler, samplerPosition, supplies, usedRows, left }: ChooserPosition): void {
    this.#sampler.restore(sampler);
    this.#random.position = samplerPosition;
    for (const [task, state] of Object.entries(supplies)) this.#supplyOf(task).restore(state);
    for (const [task, state] of Object.entries(usedRows)) this.#used.get(task)?.restore(state);
    this.#remaining.restore(left === undefined ? {} : { left });
  }

  /** The next draw of a task that has not left. At least one of those is drawn sometimes, so the loop ends. */
  #nextTask(sampler: Sampler, context: SamplerContext): string {
    for (;;) {
      const task = sampler.next(context);
      if (!this.#remaining.hasLeft(task)) return task;
    }
  }

  /**
   * The rows that the sampler selects from the pools. Rows that it does not select are not offered again until their
   * task begins a new epoch.
   */
  async #select(sampler: RowSampler, after: Promise<unknown>): Promise<readonly RowsOfPass[]> {
    const { stage } = this.#settings.plan;
    const pools = await this.#readPools(sampler.candidates);
    await after;
    const scored = await scorePools(pools, this.#settings.predictor);
    const selected = new Set(sampler.select(scored, drawsOf(stage)));
    if (selected.size === 0)
      throw new UserError(
        "data",
        `No task of stage ${stage.name} has rows to choose from.`,
        "Give at least one task rows, and a weight above 0.",
      );
    let index = 0;
    return pools.flatMap((each) => {
      const chosen = weightedRows(each).filter(() => selected.has(index++));
      return chosen.length > 0
        ? [
            {
              tasks: [each.task.name],
              sharing: [each.task.name],
              batches: this.#inBatches(each.task.name, [{ epoch: each.epoch, rows: chosen }]),
            },
          ]
        : [];
    });
  }

  /**
   * Reads the pool of every task that counts in the loss: the next `most` rows of its supply, or fewer where its epoch
   * ends.
   */
  async #readPools(most: number): Promise<readonly (Pool & SuppliedRows)[]> {
    const { plan, data, seed, phase, taskOf, buckets } = this.#settings;
    const read: (Pool & SuppliedRows)[] = [];
    for (const name of plan.tasks) {
      const task = taskOf(name);
      if (this.#remaining.hasLeft(name) || task.weight === 0 || data.rows(name, "train") === 0) continue;
      const { epoch, rows } = this.#supplyOf(name).atMost(most);
      const batches: PoolBatch[] = [];
      for (const own of cheapestBatches(rows, buckets(name, "train"), graphSizes(most))) {
        const [size, lengths] = [paddedRows(own.length, most), lengthsOf(buckets(name, "train"), own)];
        batches.push({
          rows: own,
          variant: { batch: size, lengths },
          batch: await data.batch({
            task: name,
            split: "train",
            rows: own,
            size,
            lengths,
            draw: { seed, stage: phase, epoch },
          }),
        });
      }
      read.push({ task, epoch, rows, batches });
    }
    return read;
  }

  /**
   * Splits the rows of a mixed step into batches of at most the stage's size. Short texts get batches of their own if
   * that is cheaper.
   */
  #inBatches(task: string, supplied: readonly SuppliedRows[]): readonly SuppliedRows[] {
    const size = this.#settings.plan.batchOf(task);
    const buckets = this.#settings.buckets(task, "train");
    return supplied.flatMap(({ epoch, rows }) => {
      const parts = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
        rows.slice(index * size, (index + 1) * size),
      );
      return parts
        .flatMap((part) => cheapestBatches(part, buckets, graphSizes(size)))
        .map((own) => ({ epoch, rows: own }));
    });
  }

  #supplyOf(pass: string): BatchSupply {
    const supply = this.#supplies.get(pass);
    if (!supply) throw new Error(`no rows of ${pass} in phase ${this.#settings.phase}`);
    return supply;
  }
}
