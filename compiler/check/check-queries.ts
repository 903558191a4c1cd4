import type { Expression } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { ResolvedTarget } from "../schema/resolved.ts";
import { argumentOf } from "./argument-of.ts";

/** True if a set of boxes has a query for each of its objects; else it reports that it has not. */
export function checkQueries(target: ResolvedTarget, written: Expression | undefined, reporter: Reporter): boolean {
  if (target.kind !== "boxes" || target.queries >= target.most || !written) return true;
  const { queries, most } = target;
  reporter.report("too_few_queries", (argumentOf(written, "queries", 3) ?? written).span, { queries, most });
  return false;
}
