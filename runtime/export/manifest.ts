import type { ByteMove, DType, HostFunction, InputRole, OutputRole, Shape } from "../../compiler/graph/graph.ts";
import type { TfjsType } from "../../compiler/lower/tfjs/graph-model.ts";
import type { ResolvedModality, ResolvedStage, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import type { SoundFrames } from "../../compiler/features/audio-frames.ts";
import type { TableColumn } from "../../compiler/features/table-columns.ts";
import type { Reading } from "../targets/runtime-target.ts";
import type { NumberScale } from "../targets/number-scale.ts";

export const graphKinds = [
  "predict",
  "first_vector",
  "second_vector",
  "decode_start",
  "decode_next",
  "evaluate",
  "step",
  "gradients",
  "apply",
] as const;
export type GraphKind = (typeof graphKinds)[number];

export const compiledFormats = ["tfjs", "onnx"] as const;
export type CompiledFormat = (typeof compiledFormats)[number];

/** `manifest.json` of a compiled folder: everything that another program needs to run its graphs. */
export interface CompiledManifest {
  readonly kind: "compiled";
  readonly version: 1;
  readonly versions: { readonly mtl: string; readonly language: number; readonly opset: number };
  readonly model: string;
  /** Params that were set, as text. */
  readonly set: { readonly [param: string]: string };
  readonly modalities: { readonly [modality: string]: ResolvedModality };
  readonly tasks: { readonly [task: string]: CompiledTask };
  /**
   * The way in which each feature is computed from an example, by feature name. Together with `preprocessing.json` this
   * is sufficient for prediction elsewhere.
   */
  readonly features: { readonly [feature: string]: CompiledFeature };
  /** The `tokenizer.json` of each text modality, if the vocabulary is known. */
  readonly tokenizers?: { readonly [modality: string]: string };
  readonly training: CompiledTraining;
  /**
   * Weights, states and optimizer slots before the first step, by the names of their inputs. Weights `from` are drawn
   * by seed, and replaced where stages take others by `init: from`.
   */
  readonly initial: {
    readonly file: string;
    readonly weights: "seed" | "from" | "trained";
    /**
     * For a model that forked: by task, the file with tensors that its graphs take instead of those of `file`, or in
     * addition.
     */
    readonly forks?: { readonly [task: string]: string };
  };
  /** Present if the ONNX models have no operators but those of the ONNX standard. */
  readonly operators?: "standard";
  /** Present if the models with weights of 8 bits were measured. */
  readonly int8?: CompiledInt8;
  readonly graphs: readonly CompiledGraph[];
  /** Every other file of the folder, by its path with `/`. */
  readonly files: { readonly [path: string]: { readonly bytes: number; readonly sha256: string } };
}

export interface CompiledFeature {
  /**
   * `for` is the task by whose rules the values are made, in a graph of several tasks: those in which its tokens are hidden, or its candidates.
   */
  readonly of: { readonly modality: string; readonly for?: string } | { readonly task: string };
  readonly content: FeatureContent;
  /**
   * The value of missing elements: beyond the end of an example, and in a row without the modality. It is also allowed
   * if `below` limits the values.
   */
  readonly empty: number;
  /** The exclusive upper bound of integers that are indices. */
  readonly below?: number;
  /**
   * Set if the values are (value − mean) ∕ deviation, computed in float64 and rounded to float32, with the `statistics`
   * of `preprocessing.json` for the last axis, and 0 where there is no value. The values are taken as they are in the
   * data (`float64`), or after they were rounded to float32.
   */
  readonly standardised?: { readonly from: "float64" | "float32" };
}

/**
 * The meaning of the numbers of a feature. `modalities` has the options, and docs/compile.md describes how they are
 * computed.
 */
export type FeatureContent =
  /** Resized by the Lanczos window that Pillow has too, or, in models of semantics 1, by the library that decodes. */
  | { readonly kind: "pixels"; readonly filter: "lanczos" | "library" }
  | { readonly kind: "tokens" }
  | { readonly kind: "segments" }
  /** 1 where a token, a frame, a step or a region is. */
  | { readonly kind: "mask" }
  /** 1 where a row has the modality. */
  | { readonly kind: "present" }
  /**
   * An id for each column of a table: `missing`, and `present` of numbers; `unknown` or `first` and the category's
   * index in `preprocessing.json`.
   */
  | { readonly kind: "columns"; readonly columns: readonly TableColumn[] }
  /** The numbers of these columns of a table, in this order; all numbers of a tensor. */
  | { readonly kind: "numbers"; readonly columns?: readonly string[] }
  /**
   * Frame t of the first `used` samples begins at sample start + t · hop, below 0 if it is centred. Without a spectrum
   * it is the samples, otherwise ln(energy + `floor`) of triangular bands between the points, in Hz, of a transform of
   * `size` samples.
   */
  | ({ readonly kind: "frames" } & SoundFrames & {
        readonly spectrum?: { readonly size: number; readonly points: readonly number[]; readonly floor: number };
      })
  | { readonly kind: "steps" }
  | { readonly kind: "regions" }
  | { readonly kind: "boxes" }
  | { readonly kind: "target" }
  | { readonly kind: "identity" }
  | { readonly kind: "tokens_before_hiding" }
  | { readonly kind: "hidden_places" }
  | { readonly kind: "next_tokens" }
  | { readonly kind: "object_classes" }
  | { readonly kind: "object_boxes" }
  | { readonly kind: "overlap" }
  /** Values of an input at the positions that are predicted, and these positions. */
  | { readonly kind: "cells" }
  | { readonly kind: "drawn_positions" }
  | { readonly kind: "hidden_parts" }
  | { readonly kind: "region_classes" };

export interface CompiledTask {
  /**
   * The way from the output of `predict` to a prediction: softmax over the classes, a sigmoid of each, the number by
   * `scale`, scores of the candidates, of which a choice is the highest, or softmax over the vocabulary at each hidden position.
   */
  readonly prediction: Reading;
  readonly target: ResolvedTarget;
  /** Names of the classes in the order of the outputs, where they are known. */
  readonly classes: readonly string[];
  /**
   * The scale of a `number` that is standardised, if it is known: a prediction is mean + deviation · `value`, and a
   * target (number − mean) ∕ deviation.
   */
  readonly scale?: NumberScale;
  /** The scales of a standardised list of numbers, one for each of them. */
  readonly scales?: readonly NumberScale[];
  readonly inputs: readonly { readonly modality: string; readonly optional: boolean }[];
  /** The text that the task generates, and the ids of the tokens before and behind it. */
  readonly generates?: { readonly modality: string; readonly begin: number; readonly end: number };
}

/** The work of the host between the steps. With `fork` each task is trained alone, from the initial tensors. */
export type CompiledTraining = Pick<
  ResolvedStage,
  "optimizer" | "average" | "schedule" | "step" | "accumulate" | "balance" | "seed" | "fork"
> & {
  readonly stage: string;
  /**
   * The schedule's factor as an expression in `step`, the number of updates with this one, `total`, their number in all, and `min`, `max`, `trunc`, `sqrt`,
   * `cos` and `pi`. It is valid JavaScript and Python. Folders of earlier versions lack it.
   */
  readonly factor?: string;
};

export interface CompiledGraph {
  readonly kind: GraphKind;
  /**
   * The tasks of the graph. In a graph of several tasks what they have in common is computed once, and the outputs of a task have its name, as in
   * `prediction/TASK/logits`; those of `apply` are updated together.
   */
  readonly tasks: readonly string[];
  /** Rows of a batch; `apply` has none. A graph for `any` number of rows has -1 in shapes for sizes that follow from it. */
  readonly batch: number | "any" | null;
  readonly inputs: readonly CompiledInput[];
  readonly outputs: readonly CompiledOutput[];
  /** The reason why `decode_next` reads all tokens of the text; absent if it reads the newest one. */
  readonly readsAll?: string;
  /** Paths of the `model.json`, of the `.onnx`, and of the `.onnx` with weights of 8 bits. */
  readonly tfjs?: string;
  readonly onnx?: string;
  readonly int8?: string;
}

/** The metrics of the models with weights of 8 bits beside those with weights of 32 bits. */
export interface CompiledInt8 {
  readonly split: "validation";
  readonly values: readonly {
    readonly task: string;
    readonly metric: string;
    readonly float32: number;
    readonly int8: number;
  }[];
}

interface CompiledTensor {
  /** In the signature of the GraphModel, and of an input in ONNX. */
  readonly name: string;
  readonly dtype: DType;
  /** tfjs has no bytes. */
  readonly tfjsDtype: TfjsType;
  readonly shape: Shape;
}

export interface CompiledInput extends CompiledTensor {
  readonly role: InputRole;
  readonly source: InputSource;
}

export interface CompiledOutput extends CompiledTensor {
  readonly role: OutputRole;
  /** An output that has an input's name is its next value; ONNX wants another name for it. */
  readonly onnxName: string;
}

/** The source of an input's values. */
export type InputSource =
  /** The initial file first, then the output of the same name. */
  | { readonly kind: "initial" }
  /** The output of the same name of the tasks' `gradients` graphs: their sum. */
  | { readonly kind: "gradients" }
  /**
   * The factor of a task's loss in the sum that a graph of several tasks differentiates: that of the balance, times the share that the batch has in the sum
   * of the task's row weights over all batches of an update.
   */
  | { readonly kind: "loss_factor"; readonly task: string }
  /**
   * The text that the task generates: in each row the token that begins it, then the tokens so far, at the positions from 0; 0 behind
   * them. In graphs of training and evaluation these are the right tokens but the last. `mask` is 1 where a token is. `newest` is the last of
   * them alone.
   */
  | {
      readonly kind: "generated";
      readonly part: "ids" | "mask";
      readonly tokens: "all" | "newest";
      readonly below: number;
    }
  /** The index of the newest token of the text. */
  | { readonly kind: "position" }
  /**
   * The output of this name of `decode_start`, or zeros if it has none. If `newest` is there, the output of this name of
   * `decode_next` is the part of the token at `position`, and is put at the index `position + offset` of this axis. If `again` is there, that
   * output replaces the value.
   */
  | {
      readonly kind: "kept";
      readonly output: string;
      readonly newest?: { readonly axis: number; readonly offset: number };
      readonly again?: true;
    }
  /** The data, as described by `features`. Indices are from 0 to below `below`, and `none` if there is no value. */
  | { readonly kind: "data"; readonly below?: number; readonly none?: -1 }
  /** 1 for a row that counts, 0 for padding and for a row that lacks the target. */
  | { readonly kind: "row_weight" }
  /**
   * These numbers, always: 1 for an output that stands for a class of the task, 0 for one that the data has no class
   * for. Without data all do.
   */
  | { readonly kind: "class_mask"; readonly values: readonly number[] }
  /**
   * The result of a function of the output `argument` of this graph, which does not depend on it: the graph is run with any numbers first, and again with
   * the result. `assignment` is 1 for the column of each row in the assignment of least cost, else 0.
   */
  | { readonly kind: "host"; readonly function: HostFunction; readonly argument: string }
  /**
   * Independent draws for each step: integers from `low` to `high`, inclusive, of which those that equal `moved.from`
   * then become `moved.to` with probability `moved.share`; or one number from Beta(α, α).
   */
  | {
      readonly kind: "random";
      readonly distribution:
        | { readonly kind: "integers"; readonly low: number; readonly high: number; readonly moved?: ByteMove }
        | { readonly kind: "beta"; readonly alpha: number };
    }
  /**
   * A number that the optimizer computes at each step: `expression`, in which `rate` is the learning rate given here
   * times the schedule's factor, and `count` the updates of the class with this one.
   */
  | {
      readonly kind: "update";
      readonly formula: string;
      readonly expression: string;
      readonly class: string;
      readonly rate: number;
    };
