import type { Span } from "../../grammar/ast.ts";
import { createLineTable } from "./line-table.ts";

/**
 * Formats the first span that lies in one of `sources` as `model.mtl:12:15`. The spans of an origin begin with the
 * user's own code.
 */
export function describePlace(
  spans: readonly Span[],
  sources: ReadonlyMap<string, string>,
  displayPath: (file: string) => string,
): string | undefined {
  for (const { file, start } of spans) {
    const text = sources.get(file);
    if (text === undefined) continue;
    const { line, column } = createLineTable(text).positionAt(start);
    return `${displayPath(file)}:${line}:${column}`;
  }
  return undefined;
}
