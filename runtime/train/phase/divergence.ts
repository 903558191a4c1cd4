import { describePlace } from "../../../compiler/diagnostics/describe-place.ts";
import type { Origin } from "../../../compiler/graph/graph.ts";
import type { Tensors } from "../../checkpoint/checkpoint.ts";
import { UserError } from "../../user-error.ts";
import type { Divergence } from "./trace-divergence.ts";

/** The name of a tensor that contains NaN or an infinity; `undefined` if there is none. */
export function firstNotFinite(tensors: Tensors): string | undefined {
  for (const [name, { data }] of tensors) {
    for (const value of data) if (!Number.isFinite(value)) return name;
  }
  return undefined;
}

export function diverged(message: string): UserError {
  return new UserError(
    "diverged",
    message,
    "Lower the learning rate, add a warm-up or `clip: 1.0`, and look for rows with extreme values.",
  );
}

export interface DivergenceContext {
  /** Texts of the specification's own files. */
  readonly sources: ReadonlyMap<string, string>;
  readonly displayPath: (file: string) => string;
  /** Keys of the batch's rows. */
  readonly keys: readonly string[];
}

/** A sentence that says where the divergence began. */
export function describeDivergence(divergence: Divergence, { sources, displayPath, keys }: DivergenceContext): string {
  const placed = (origin: Origin | undefined): string => {
    const place = describePlace(origin?.spans ?? [], sources, displayPath);
    return place === undefined ? "" : ` (${place})`;
  };
  const inRow = (row: number | undefined): string =>
    row === undefined || keys[row] === undefined ? "" : `, in row ${keys[row]}`;
  switch (divergence.kind) {
    case "weights": {
      // Gradients flow backwards from the loss, so the cause is in the operations after the last broken weight.
      const last = divergence.broken.at(-1);
      return `The update before it had left ${divergence.broken.length} of ${divergence.of} weights not finite; nearest to the loss is ${last?.name}${placed(last?.origin)}.`;
    }
    case "feature":
      return `The feature ${divergence.feature} is not finite${inRow(divergence.row)}.`;
    case "value":
      return `The first value that is not finite is ${divergence.found}, of ${divergence.op} in ${divergence.origin?.path ?? "the loss"}${placed(divergence.origin)}${inRow(divergence.row)}.`;
    case "unknown":
      return "Computed one by one, all values of the step are finite: they are near the limits of 32-bit numbers.";
  }
}
