import { type Explanation, parseExplanations } from "../compiler/diagnostics/explanations.ts";
import { readFileSync } from "./host/files.ts";
import { packageRoot } from "./host/package-root.ts";
import { join } from "./host/paths.ts";

/** The sections of `docs/diagnostics.md`, which ships in the package, by code. */
export function readExplanations(): ReadonlyMap<string, Explanation> {
  return parseExplanations(readFileSync(join(packageRoot(), "docs", "diagnostics.md"), "utf8"));
}
