import type { Span, StringExpression } from "../../../grammar/ast.ts";
import { globMatches } from "../../../compiler/stage/weight-patterns.ts";
import { type TextEdit, editedText } from "../text-edit.ts";
import type { ChangedWeights } from "./changed-weights.ts";

export interface PatternRenaming {
  readonly changed: ChangedWeights;
  readonly oldName: string;
  readonly newName: string;
  /** The edits that have been found so far, those of the names that a pattern begins with among them. */
  readonly edits: readonly TextEdit[];
}

/**
 * The edits with which a pattern matches the same weights under their new names; `undefined` if there are none. Names of blocks and of `let`s are
 * parts of the names of weights, but a pattern that has them does not refer to them.
 */
export function patternEdits(
  node: StringExpression,
  text: string,
  { changed, oldName, newName, edits }: PatternRenaming,
): readonly TextEdit[] | undefined {
  const written = text.slice(node.span.start + 1, node.span.end - 1);
  const now = patternAfter(node, text, edits);
  const matched = new Set([...changed].filter(([name]) => matches(written, name)).map(([, name]) => name));
  const isSame = (pattern: string): boolean =>
    [...changed.values()].every((name) => matches(pattern, name) === matched.has(name));
  if (isSame(now)) return [];
  const replaced = candidatesFor(now, oldName, newName).find(isSame);
  if (replaced === undefined) return undefined;
  return [{ at: insideOf(node), text: replaced }];
}

/** The edit that writes the new name for every segment of a pattern that is the old one. */
export function guessedPattern(
  node: StringExpression,
  text: string,
  { oldName, newName, edits }: Omit<PatternRenaming, "changed">,
): readonly TextEdit[] {
  const now = patternAfter(node, text, edits);
  const [replaced = now] = candidatesFor(now, oldName, newName);
  return replaced === now ? [] : [{ at: insideOf(node), text: replaced }];
}

function insideOf({ span }: StringExpression): Span {
  return { ...span, start: span.start + 1, end: span.end - 1 };
}

/** The characters of a pattern after the edits in it. */
function patternAfter(node: StringExpression, text: string, edits: readonly TextEdit[]): string {
  const { file, start, end } = insideOf(node);
  const inside = edits.filter(({ at }) => at.file === file && start <= at.start && at.end <= end);
  return editedText(
    text.slice(start, end),
    inside.map((edit) => ({ ...edit, at: { file, start: edit.at.start - start, end: edit.at.end - start } })),
  );
}

/** The pattern with one or all of the segments that are the old name replaced. */
function candidatesFor(pattern: string, oldName: string, newName: string): readonly string[] {
  const segment = new RegExp(`(?<=^|\\.|,|\\{)${oldName}(?=_\\d+|\\.|,|\\}|$)`, "gu");
  const places = [...pattern.matchAll(segment)].map(({ index }) => index);
  const each = places.map((at) => pattern.slice(0, at) + newName + pattern.slice(at + oldName.length));
  return [pattern.replaceAll(segment, newName), ...each];
}

/** Names of params in braces may be any. */
function matches(pattern: string, name: string): boolean {
  return globMatches(pattern.replaceAll(/\{[^{},]*\}/gu, "*"), name);
}
