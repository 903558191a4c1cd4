import { join } from "../../host/paths.ts";
import { mkdir } from "../../host/files.ts";
import { passName } from "../../../compiler/stage/plan.ts";
import { writeJson } from "../../files/checked-json.ts";
import type { Phase } from "../../train/phase/phases.ts";
import { planOf } from "../../train/phase/trainer.ts";
import { copyPython } from "./copy-python.ts";
import { describeTraining } from "./describe-training.ts";
import { passTensors } from "./pass-tensors.ts";
import { type TrainingLimit, trainingLimits } from "./training-limits.ts";
import { rawColumns, withoutInputs } from "./raw-inputs.ts";
import { type RunBeginning, writeRunSkeleton } from "./write-run-skeleton.ts";
import { DrawnFeatures, type ShardedSplit, writeShards } from "./write-shards.ts";

export interface TorchDataOptions extends RunBeginning {
  /** The part of the training that is exported: a stage, or one task of a stage that runs `for_each: task`. */
  readonly phase: Phase;
  /** `raw` leaves the inputs out of the shards: `train.py` reads them from the tables. By default they are written. */
  readonly inputs?: "written" | "raw";
  /** Receives each part of the stage that `train.py` will refuse. */
  readonly onNote?: (note: string) => void;
}

/**
 * Writes beside `model.py` what trains it: the scripts, `training.json`, the features of the training and validation
 * rows in `data/`, and `run/`, the beginning of a run's folder that `mtl report` reads. What
 * `train.py` cannot do is named in `training.json`, and it refuses to begin.
 */
export async function writeTorchData(folder: string, options: TorchDataOptions): Promise<readonly TrainingLimit[]> {
  const { compiled, phase, data, inputs = "written", onNote } = options;
  const { program } = compiled;
  const plan = planOf(program, phase);
  const seed = options.seed ?? phase.stage.seed;
  const limits = [...trainingLimits(program, plan)];
  const splits: Record<string, { train?: ShardedSplit; validation?: ShardedSplit }> = {};
  const of = (pass: readonly string[]) => (splits[passName(pass)] ??= {});
  const columns = inputs === "raw" ? rawColumns(program.specification, plan) : {};
  const shards = join(folder, "data");
  await mkdir(shards, { recursive: true });
  for (const pass of plan.passes) {
    const whole = passTensors(program.specification, plan, pass, "train");
    const tensors = inputs === "raw" ? withoutInputs(whole, plan, pass) : whole;
    try {
      const draw = { seed, stage: phase.name, epoch: 0, features: whole.tensors };
      of(pass).train = await writeShards(shards, { data, pass, split: "train", tensors, draw });
    } catch (error) {
      if (!(error instanceof DrawnFeatures)) throw error;
      limits.push({ name: `data of ${pass.join(", ")}`, reason: error.message, ignorable: false });
    }
  }
  for (const pass of plan.evaluationPasses) {
    const whole = passTensors(program.specification, plan, pass, "validation");
    const tensors = inputs === "raw" ? withoutInputs(whole, plan, pass) : whole;
    of(pass).validation = await writeShards(shards, { data, pass, split: "validation", tensors });
  }
  await writeJson(join(shards, "manifest.json"), { version: 1, inputs, columns, passes: splits });
  await writeJson(join(folder, "training.json"), await describeTraining({ program, plan, phase, seed, data, limits }));
  await writeRunSkeleton(join(folder, "run"), options);
  await copyPython(folder);
  for (const { name, reason } of limits) onNote?.(`train.py will not begin because of ${name}: ${reason}`);
  return limits;
}
