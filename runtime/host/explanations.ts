import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Explanation, parseExplanations } from "../../compiler/diagnostics/explanations.ts";
import { packageRoot } from "./package-root.ts";

/** The sections of `docs/diagnostics.md`, which ships in the package, by code. */
export function readExplanations(): ReadonlyMap<string, Explanation> {
  return parseExplanations(readFileSync(join(packageRoot(), "docs", "diagnostics.md"), "utf8"));
}
