import { readFileSync, realpathSync } from "node:fs";
import { applyFixes, mostRounds, safeFixes } from "../compiler/diagnostics/fixes.ts";
import type { Fix } from "../compiler/diagnostics/diagnostic.ts";
import { createLocator } from "../compiler/diagnostics/render/input.ts";
import { isPrelude } from "../compiler/prelude/prelude.ts";
import { createNodeHost } from "../runtime/files/node-host.ts";
import { writeAtomically } from "../runtime/files/write-atomically.ts";
import { UserError } from "../runtime/user-error.ts";
import { type CompileSettings, compileFile, renderInput } from "./compile-specification.ts";

/**
 * Applies every safe fix to a specification and to the files that it imports, until there is none left. Returns a line
 * for each, with its position and what it changed. Each file is written under a temporary name and renamed, so that it
 * is never incomplete.
 */
export async function fixFiles(file: string, settings: CompileSettings): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const compilation = compileFile(file, settings);
    const locate = createLocator(renderInput(compilation, settings.cwd));
    const safe = safeFixes(compilation.diagnostics);
    if (safe.length === 0) break;
    for (const path of new Set(safe.map(({ at }) => at.file))) {
      const own = safe.filter(({ at }) => at.file === path);
      const made = await fixFile(path, compilation.sources.get(path) ?? "", own);
      for (const { at, title } of made) {
        const { file: shown, start } = locate(at);
        lines.push(`${shown}:${start.line}:${start.column}: ${title}`);
      }
    }
  }
  return lines;
}

async function fixFile(path: string, text: string, fixes: readonly Fix[]): Promise<readonly Fix[]> {
  if (isPrelude(path) || createNodeHost().readFile(path) !== text)
    throw new UserError(
      "usage",
      `${path} is not the file that was checked, so nothing in it is changed.`,
      "Check it again.",
    );
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const written = fixes.map((fix) => ({ ...fix, replacement: fix.replacement.replaceAll("\n", lineEnd) }));
  const { text: fixed, made } = applyFixes(text, written);
  // A link stays one: the file that it leads to is replaced. A byte order mark stays as well.
  const target = realpathSync(path);
  const mark = readFileSync(target, "utf8").startsWith("\uFEFF") ? "\uFEFF" : "";
  await writeAtomically(target, [Buffer.from(mark + fixed)]);
  return made;
}
