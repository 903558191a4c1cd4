import { specialIds } from "../data/tokenizers/special-tokens.ts";
import type { MetricTask } from "./metric.ts";
import type { ObservedRow } from "./observed-row.ts";

/** The generated text of a row and the right one, both as their tokens are read. */
export function textsOf(
  { generated, target }: ObservedRow["sequence"],
  { textOf }: Pick<MetricTask, "textOf">,
): { readonly generated: string; readonly right: string } {
  if (!generated) throw new Error("a metric of generated texts, where none was generated");
  const ids = [...target].filter((id) => id >= 0 && id !== specialIds.separator);
  return { generated: textOf(generated), right: textOf(ids) };
}
