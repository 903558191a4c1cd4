import { evaluatedPatterns } from "../../compiler/stage/frozen-scopes.ts";
import { sizeOf } from "../../compiler/graph/graph.ts";
import { summarizeNames } from "../../compiler/stage/weight-patterns.ts";
import { startNote } from "../pretrained/start-report.ts";
import { escaped, table } from "./html.ts";
import type { RunRecord } from "./run-record.ts";

/**
 * A table of the weights that each stage trained and froze, the frozen ones in evaluation mode, and those that came
 * from outside of the run.
 */
export function trainedTable({ program, starts }: Pick<RunRecord, "program" | "starts">): string {
  const rows = program.specification.stages.map(({ name }) => {
    const plan = program.plan(name);
    const weights = plan.weights.filter(({ kind }) => kind === "weight");
    const [trained, frozen] = [
      weights.filter(({ trainable }) => trainable),
      weights.filter(({ trainable }) => !trainable),
    ];
    const count = (of: typeof weights) => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0).toLocaleString("en");
    const names = (of: typeof weights) => of.map((weight) => weight.name);
    return [
      name,
      count(trained),
      count(frozen),
      summarizeNames(names(frozen), names(trained)).join(", "),
      evaluatedPatterns(plan).join(", "),
    ];
  });
  const [isFrozen, isEvaluated] = [3, 4].map((column) => rows.some((row) => row[column] !== ""));
  const columns = isEvaluated ? 5 : isFrozen ? 4 : 2;
  return [
    table(
      ["stage", "parameters trained", "parameters frozen", "frozen weights", "in evaluation mode"].slice(0, columns),
      rows.map((row) => row.slice(0, columns)),
    ),
    ...starts.map((start) => `<p>${escaped(startNote(start))}</p>`),
  ].join("");
}
