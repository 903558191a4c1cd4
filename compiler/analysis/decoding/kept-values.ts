import { type TensorType, type Value, roleName } from "../../graph/graph.ts";
import type { TextAxis } from "./later-tokens.ts";

/** The features of a graph that hold the text, and its largest number of tokens. */
export interface TextInputs {
  readonly ids: string;
  readonly mask: string;
  readonly length: number;
}

/** A value that one step of decoding gives to the next, in the type in which `next` takes it. */
export interface KeptValue extends TensorType {
  /** The feature of `next` that takes it, and the stream that gives it. */
  readonly feature: string;
  /**
   * The axis along which it has the tokens of the text: `next` gives the part of the newest token, which is put at the index
   * of that token. It begins with what `start` gives, or with zeros if that does not give it. Absent if it does not depend on
   * the text.
   */
  readonly newest?: TextAxis | undefined;
  /** Present if `next` gives its next value in a stream of the same name, as for the state of a recurrent network. */
  readonly again?: true;
  /** The number of times that each row of the value from `start` is repeated for `next`. */
  readonly copies: number;
}

/** A value of the whole graph that is kept. */
export interface KeptOfWhole extends Pick<KeptValue, "feature" | "newest" | "again"> {
  readonly value: Value;
  /** For a state, the value whose shape it has, to which `value` is broadcast. */
  readonly like?: Value;
}

export const logitsName = roleName({ kind: "prediction", name: "logits" });
export const positionScalar = "position";

export function keptFeature(index: number): string {
  return `kept.${index}`;
}
