import type { SyntaxProblem } from "../../grammar/problems.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";

export const declarationWords: readonly string[] = [
  "model",
  "import",
  "param",
  "modality",
  "block",
  "layer",
  "stream",
  "fusion",
  "task",
  "dataset",
  "stage",
  "renamed",
  "adapt",
];

/** Reports a problem of the grammar, which does not depend on diagnostics, under its code. */
export function reportSyntax(problem: SyntaxProblem, reporter: Reporter): void {
  switch (problem.kind) {
    case "unexpected_character":
      return reporter.report("unexpected_character", problem.span, { character: problem.character });
    case "unterminated_string":
      return reporter.report("unterminated_string", problem.span, {});
    case "malformed_number":
      return reporter.report("malformed_number", problem.span, { text: problem.text });
    case "unexpected_token":
      return reporter.report("unexpected_token", problem.span, {
        found: problem.found,
        expected: problem.expected,
        nearest:
          problem.expected === "a declaration"
            ? nearest(problem.found.replaceAll("`", ""), declarationWords)
            : undefined,
      });
    case "unclosed":
      return reporter.report(
        "unclosed",
        problem.openedAt,
        { opener: problem.opener, noticed: problem.span },
        { related: [{ at: problem.span, message: "noticed here" }] },
      );
    case "long_name":
      return reporter.report("long_name", problem.span, { most: problem.most });
    case "chained_comparison":
      return reporter.report("chained_comparison", problem.span, {});
  }
}
