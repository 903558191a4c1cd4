import { type Renaming, renamedKeys } from "../../compiler/stage/renaming.ts";
import type { Checkpoint, Tensors } from "../checkpoint/checkpoint.ts";

/** Tensors that were written under earlier names, as the specification's `renamed` maps them. */
export function underNewNames(tensors: Tensors, renamings: readonly Renaming[] = []): Tensors {
  const now = renamedKeys([...tensors.keys()], renamings);
  return now.size === 0 ? tensors : new Map([...tensors].map(([key, tensor]) => [now.get(key) ?? key, tensor]));
}

export function checkpointUnderNewNames(checkpoint: Checkpoint, renamings?: readonly Renaming[]): Checkpoint {
  return {
    ...checkpoint,
    model: underNewNames(checkpoint.model, renamings),
    optimizer: underNewNames(checkpoint.optimizer, renamings),
  };
}
