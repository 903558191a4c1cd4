import type { LoadedFile } from "../bind/load.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { declarationWords } from "../bind/report-syntax.ts";
import { syntax } from "../diagnostics/codes/syntax.ts";

/**
 * Leaves out diagnostics that are only consequences of a syntax error: those of a declaration that was parsed in part,
 * and those of names that may have been declared in text which could not be parsed.
 */
export function withoutEchoes(
  diagnostics: readonly Diagnostic[],
  files: ReadonlyMap<string, LoadedFile>,
): readonly Diagnostic[] {
  const isSyntax = ({ name }: Diagnostic): boolean => Object.hasOwn(syntax, name);
  const mistakes = diagnostics.filter(isSyntax);
  if (mistakes.length === 0) return diagnostics;
  const broken = [...files.values()].flatMap(({ tree, path }) =>
    tree.declarations
      .map(({ span }) => span)
      .filter((span) => mistakes.some(({ at }) => at.file === path && span.start <= at.start && at.start <= span.end)),
  );
  const unread = [...files.values()].map(unreadWords);
  const lost = new Set(unread.flat());
  const nameless = unread.flat().some((word) => declarationWords.includes(word));
  return diagnostics.filter((diagnostic) => {
    if (isSyntax(diagnostic)) return true;
    const { file, start, end } = diagnostic.at;
    if (broken.some((span) => span.file === file && span.start <= start && end <= span.end)) return false;
    if (diagnostic.name === "no_model" || diagnostic.name === "nothing_to_train") return lost.size === 0;
    return (
      diagnostic.name !== "unknown_name" || (!nameless && !lost.has(files.get(file)?.text.slice(start, end) ?? ""))
    );
  });
}

/** Words between the declarations, outside of comments. */
function unreadWords({ text, tree }: LoadedFile): readonly string[] {
  const ends = [0, ...tree.declarations.map(({ span }) => span.end)];
  const starts = [...tree.declarations.map(({ span }) => span.start), text.length];
  const gaps = starts.map((start, index) => text.slice(ends[index] ?? 0, start).replaceAll(/\/\/.*/gu, ""));
  return gaps.flatMap((gap) => gap.match(/[A-Za-z_]\w*/gu) ?? []);
}
