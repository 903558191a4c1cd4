import type { Declaration } from "../../../grammar/ast.ts";
import type { Selection } from "./code-action.ts";

/** The declaration that the selection is in. */
export function declarationOf({ analysis, start, end }: Selection): Declaration | undefined {
  return analysis.tree.declarations.find(({ span }) => span.start <= start && end <= span.end);
}
