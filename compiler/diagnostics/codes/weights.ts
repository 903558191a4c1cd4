import { define, didYouMean } from "../define.ts";
import { misspelt } from "../fixes.ts";
import type { Nearest } from "../nearest.ts";

/** 5xxx, too: the names and the shapes of weights. */
export const weights = {
  rename_wildcards: define<{ from: string; to: string }>({
    code: "MTL5038",
    severity: "error",
    message: ({ from, to }) => `"${from}" and "${to}" do not have the same wildcards.`,
    help: () =>
      "Use the same `*` and `**` in the same order on both sides: each wildcard on the right becomes the text that the corresponding one on the left matched.",
  }),
  renamed_to_nothing: define<{ from: string; to: string; nearest?: Nearest | undefined }>({
    code: "MTL5039",
    severity: "error",
    message: ({ from, to }) => `"${from}" was renamed to "${to}", but no weight has that name.`,
    help: ({ nearest }) =>
      didYouMean(nearest) ??
      "`mtl expand --weights` lists the names. If the weight no longer exists, remove its `renamed`.",
    fixes: ({ to, nearest }, written) => misspelt(written, to, nearest),
  }),
  carried_shape: define<{ weight: string; stage: string; before: string; after: string; count: number }>({
    code: "MTL5015",
    severity: "error",
    message: ({ weight, stage, before, after, count }) =>
      `The stage "${stage}" changes the shape of "${weight}" from ${before} to ${after}${count > 1 ? `, and of ${count - 1} more weights` : ""}.`,
    help: () =>
      "A weight keeps its shape from stage to stage. Restore its size, start afresh with `init: fresh`, or give the new weight another name.",
  }),
  adapted_shape: define<{ weight: string; shape: string; found: string }>({
    code: "MTL5100",
    severity: "error",
    message: ({ weight, shape, found }) => `\`adapt\` reads "${weight}" of the shape ${shape}, and returns ${found}.`,
    help: () =>
      "The block is given the weight and must return a value of the same shape that depends on weights alone, as `lora` and `dora` do.",
  }),
};
