import type { StageDeclaration } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedStage } from "../schema/resolved.ts";

/**
 * Checks that a stage which forks has tasks to fork for, and that no stage follows it, since its initial weights would
 * be ambiguous.
 */
export function checkFork(
  { name, fork, for_each }: ResolvedStage,
  declaration: StageDeclaration,
  next: StageDeclaration | undefined,
  reporter: Reporter,
): void {
  if (!fork) return;
  const at = optionOf(declaration, "fork")?.span ?? declaration.name.span;
  if (for_each !== "task") reporter.report("fork_of_nothing", at, { stage: name });
  else if (next)
    reporter.report(
      "fork_not_last",
      at,
      { stage: name, next: next.name.name },
      { related: [{ at: next.name.span, message: "comes after it" }] },
    );
}
