import type { ResolvedSpecification, ResolvedTarget, ResolvedTask } from "../schema/resolved.ts";
import type { ForwardGraph, TextLengths } from "../stage/plan.ts";
import { targetOf } from "./index.ts";
import type { Target, TargetFeature, TargetOutput } from "./target.ts";

/** The target of one task, with the tensors that a reader fills for it and those that its graphs predict. */
export interface TaskTarget {
  /** The target as the specification has it. */
  readonly declared: ResolvedTarget;
  readonly target: Target;
  readonly features: readonly TargetFeature[];
  readonly outputs: readonly TargetOutput[];
  /** The result of `Target.wayToOutputs`. */
  readonly wayToOutputs: string | undefined;
}

/** `lengths` are those of the texts that a graph takes shorter than `max_length`. */
export function taskTarget(
  {
    name,
    target: declared,
    candidates,
    mode,
  }: Pick<ResolvedTask, "name" | "target"> & {
    readonly candidates?: ResolvedTask["candidates"] | undefined;
    readonly mode?: ForwardGraph["mode"];
  },
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  lengths: TextLengths = {},
): TaskTarget {
  const target = targetOf(declared);
  const task = { name, modalities, candidates, lengths, ...(mode ? { mode } : {}) };
  return {
    declared,
    target,
    features: target.features(task),
    outputs: target.outputs(task),
    wayToOutputs: target.wayToOutputs?.(task),
  };
}
