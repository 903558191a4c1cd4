import { type Value, roleName } from "../../graph/graph.ts";

/** The features of a graph that hold the text, and its largest number of tokens. */
export interface TextInputs {
  readonly ids: string;
  readonly mask: string;
  readonly length: number;
}

/** A value that one step of decoding gives to the next. */
export interface KeptValue {
  /** The feature of `next` that takes it, and the stream that gives it. */
  readonly feature: string;
  /** `once`: `start` gives it. `each`: `next` gives its next value, too. */
  readonly kept: "once" | "each";
  /** The number of times that each row of the value from `start` is repeated for `next`. */
  readonly copies: number;
}

/** A value of the whole graph that is kept. */
export interface KeptOfWhole extends Pick<KeptValue, "feature" | "kept"> {
  readonly value: Value;
}

export const logitsName = roleName({ kind: "prediction", name: "logits" });
export const positionScalar = "position";

export function keptFeature(index: number): string {
  return `kept.${index}`;
}
