import { count, map, object, string } from "../../compiler/schema/schema-parts.ts";
import { type Sealed, type SealedJson, sealedJson, sealedSchema, sha256Schema } from "../files/sealed-json.ts";
import type { SupplyState } from "../train/supply/batch-supply.ts";
import type { BalancerState } from "../train/balance/balancer.ts";
import type { EarlyStopState } from "../train/phase/early-stop.ts";
import type { SamplerState } from "../train/samplers/sampler.ts";

/** The checkpoints that a finished phase left, from which the next one or `init: best(…)` starts. */
export interface FinishedPhase {
  readonly name: string;
  readonly last: string;
  readonly best: string;
  /** The task, if the stage forks: this checkpoint is then one of the results of the run. */
  readonly fork?: string;
}

/** The whole state of a training except its tensors: `state.json` of a checkpoint. */
export interface TrainingState extends Sealed {
  readonly version: 1;
  /** A stage, or `STAGE.TASK` for one task of `for_each`. */
  readonly phase: string;
  /** The task, if the stage forks. */
  readonly fork?: string;
  /** Updates of the phase so far, and of the whole run. */
  readonly step: number;
  readonly runStep: number;
  /** True if the phase ended here. */
  readonly finished: boolean;
  /** The phases that have ended, including this one if it has. */
  readonly phases: readonly FinishedPhase[];
  readonly seed: number;
  readonly sampler: SamplerState;
  /** Position of the sampler's generator. */
  readonly samplerPosition: number;
  readonly balance: BalancerState;
  /** Position of the balancer's generator. */
  readonly balancePosition: number;
  readonly supplies: { readonly [task: string]: SupplyState };
  /** The rows of each task's training split that the phase has trained on, one bit each, in base64. */
  readonly usedRows: { readonly [task: string]: string };
  /** Updates of each class of weights in the phase. */
  readonly updates: { readonly [updateClass: string]: number };
  /** The best checkpoint of the phase so far; null before the first validation. */
  readonly best: { readonly checkpoint: string; readonly score: number; readonly measures?: number } | null;
  readonly earlyStop: EarlyStopState;
  /** The tasks that have left the phase, in the order in which they did; absent if none has. */
  readonly left?: readonly string[];
  /** The length of `metrics.jsonl` in bytes at this step; the rest was logged by later steps, which are run again. */
  readonly metricsBytes: number;
  /** SHA-256 of these bytes; absent in older runs. */
  readonly metricsSha256?: string;
  /** The state of a program's own training loop (`OpenStage.loopState`); absent if it is empty. */
  readonly loop?: { readonly [key: string]: unknown };
  /** The seal of the run's lock, which identifies the run; absent in older runs. */
  readonly run?: string;
  /** SHA-256 of the other files of the checkpoint. */
  readonly files: { readonly [File in "model.safetensors" | "optimizer.safetensors"]: string };
}

/** A name in `checkpoints/`, which cannot be a path to another folder. */
const checkpointNameSchema = { type: "string", pattern: "^step-[0-9]{6,}$" };

/** The properties of `Waiting`. */
const waiting = {
  required: { best: { anyOf: [{ type: "null" }, { type: "number" }] }, waited: count },
  optional: { measures: count },
} as const;

export const trainingStateSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:training-state:1",
  title: "The state from which training continues, except the tensors",
  ...object(
    {
      version: { const: 1 },
      phase: string,
      step: count,
      runStep: count,
      finished: { type: "boolean" },
      phases: {
        type: "array",
        items: object({ name: string, last: checkpointNameSchema, best: checkpointNameSchema }, { fork: string }),
      },
      seed: count,
      sampler: map({ anyOf: [{ type: "number" }, { type: "array", items: { type: "number" } }] }),
      samplerPosition: count,
      balance: map({ type: "array", items: { type: "number" } }),
      balancePosition: count,
      supplies: map(object({ epoch: count, cursor: count })),
      usedRows: map(string),
      updates: map(count),
      best: {
        anyOf: [
          { type: "null" },
          object({ checkpoint: checkpointNameSchema, score: { type: "number" } }, { measures: count }),
        ],
      },
      earlyStop: object(waiting.required, {
        ...waiting.optional,
        tasks: map(object(waiting.required, waiting.optional)),
      }),
      metricsBytes: count,
      files: object({ "model.safetensors": sha256Schema, "optimizer.safetensors": sha256Schema }),
    },
    {
      left: { type: "array", items: string },
      fork: string,
      metricsSha256: sha256Schema,
      loop: { type: "object" },
      run: sha256Schema,
    },
  ),
});

export const trainingStateFile: SealedJson<TrainingState> = sealedJson(trainingStateSchema);
