import type { Span } from "../../grammar/ast.ts";
import { nodesAt } from "./node-at.ts";
import type { Workspace } from "./workspace.ts";

/** The spans around an offset that can be selected one after the other: the innermost first, the whole file last. */
export function selectionsAt(workspace: Workspace, path: string, offset: number): readonly Span[] {
  const text = workspace.textOf(path) ?? "";
  const tree = workspace.parsed(path)?.tree;
  if (!tree) return [];
  const spans = nodesAt(tree, offset)
    .toReversed()
    .flatMap((node) => {
      if (node.kind !== "String") return [node.span];
      const inside = { ...node.span, start: node.span.start + 1, end: node.span.end - 1 };
      return inside.start <= offset && offset <= inside.end ? [inside, node.span] : [node.span];
    });
  const word = wordAt(text, path, offset);
  const all = word ? [word, ...spans] : spans;
  // Each is larger than the one before, as the protocol asks.
  return all.reduce<Span[]>((kept, span) => {
    const last = kept.at(-1);
    const isLarger =
      !last || (span.start <= last.start && last.end <= span.end && span.end - span.start > last.end - last.start);
    return isLarger ? [...kept, span] : kept;
  }, []);
}

/** The word at an offset, which may be part of a string or of a comment. */
function wordAt(text: string, file: string, offset: number): Span | undefined {
  const before = /\w*$/u.exec(text.slice(Math.max(0, offset - 200), offset))?.[0].length ?? 0;
  const after = /^\w*/u.exec(text.slice(offset, offset + 200))?.[0].length ?? 0;
  return before + after === 0 ? undefined : { file, start: offset - before, end: offset + after };
}
