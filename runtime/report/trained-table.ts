import { sizeOf } from "../../compiler/graph/graph.ts";
import { startSummary } from "../start/start-report.ts";
import { escaped, table } from "./html.ts";
import type { RunRecord } from "./run-record.ts";

/** What each stage trained and what it kept as it was, and what came from outside of the run. */
export function trainedTable({ program, starts }: RunRecord): string {
  const rows = program.specification.stages.map(({ name }) => {
    const weights = program.plan(name).weights.filter(({ kind }) => kind === "weight");
    const [trained, frozen] = [weights.filter(({ trainable }) => trainable), weights.filter(({ trainable }) => !trainable)];
    const count = (of: typeof weights) => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0).toLocaleString("en");
    const names = (of: typeof weights) => of.map((weight) => weight.name);
    return [name, count(trained), count(frozen), summarizeNames(names(frozen), names(trained)).join(", ")];
  });
  const isFrozen = rows.some(([, , , names]) => names !== "");
  const shown = isFrozen ? rows : rows.map((row) => row.slice(0, 2));
  return [table(["stage", "parameters trained", "parameters frozen", "frozen weights"].slice(0, isFrozen ? 4 : 2), shown), ...starts.map((start) => `<p>${escaped(startSummary(start))}</p>`)].join("");
}

/** Names of weights as the fewest patterns `path.**` that fit all of them and none of the others. */
export function summarizeNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const isTaken = (pattern: string) => others.some((other) => other.startsWith(`${pattern}.`));
  const patterns = names.map((name) => {
    const segments = name.split(".");
    const length = segments.findIndex((_, index) => index > 0 && !isTaken(segments.slice(0, index).join(".")));
    return length === -1 ? name : `${segments.slice(0, length).join(".")}.**`;
  });
  return [...new Set(patterns)];
}
