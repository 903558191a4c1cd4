import type { Origin } from "../../graph/graph.ts";

/** The reason why a task's result depends on the length at which its text is compiled. */
export interface Obstruction {
  readonly kind: "obstruction";
  /** The end of a sentence. */
  readonly reason: string;
  readonly origin: Origin | undefined;
}

export function obstruction(reason: string, origin?: Origin): Obstruction {
  return { kind: "obstruction", reason, origin };
}
