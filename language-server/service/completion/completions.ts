import type { Declaration } from "../../../grammar/ast.ts";
import type { Part } from "../../../grammar/surroundings.ts";
import type { Workspace } from "../workspace.ts";
import type { CompletionItem } from "./completion-item.ts";
import { insertedAs, insertionAt, isAllowed } from "./insertion.ts";
import { type Position, positionAt } from "./position.ts";
import type { CompletionRequest } from "./request.ts";
import { sources, sourcesInStrings } from "./sources/index.ts";

/** The items for a position. */
export interface Completions {
  readonly items: readonly CompletionItem[];
  /** `partial` if a further letter brings items that are not in the list. */
  readonly extent: "whole" | "partial";
}

const none: Completions = { items: [], extent: "whole" };

/**
 * The items that can be inserted at an offset of a file, those that fit best first. Names suffice for it; shapes are used where they are
 * known. After a space that was typed there are only items if a value must come next.
 */
export function completionsAt(
  workspace: Workspace,
  path: string,
  offset: number,
  asked: "after a space" | "anywhere" = "anywhere",
): Completions {
  const position = positionAt(workspace, path, offset);
  if (!position || position.surroundings.kind === "comment" || position.surroundings.kind === "sign") return none;
  if (asked === "after a space" && !position.surroundings.previous?.demandsOperand) return none;
  const request = requestAt(workspace, position, offset);
  if (request.surroundings.kind === "string" && !request.string) return none;
  const insertion = insertionAt(request, offset);
  if (!insertion) return none;
  const drafts = (request.string ? sourcesInStrings : sources).flatMap((source) => source(request));
  const items = drafts.filter((draft) => isAllowed(draft, insertion)).map((draft) => insertedAs(draft, insertion));
  return {
    items: inOrder(items),
    extent: request.surroundings.kind === "code" && request.slot.value && request.word === "" ? "partial" : "whole",
  };
}

function requestAt(workspace: Workspace, position: Position, offset: number): CompletionRequest {
  const { analysis, surroundings, names, slot } = position;
  const { text, tree } = analysis;
  const { kind, start, end, frames } = surroundings;
  const isClosed = kind === "string" && end - start > 1 && text[end - 1] === '"';
  const string =
    kind === "string" && text[start] === '"'
      ? { start: start + 1, end: isClosed ? end - 1 : end, before: text.slice(start + 1, offset) }
      : undefined;
  return {
    workspace,
    analysis,
    surroundings,
    slot,
    names,
    word: kind === "code" ? text.slice(start, offset) : "",
    declaration: declarationFrom(tree.declarations, frames[0]?.before[0]),
    ...(string ? { string } : {}),
  };
}

function declarationFrom(declarations: readonly Declaration[], head: Part | undefined): Declaration | undefined {
  return head && declarations.find(({ span }) => span.start === head.start);
}

/** Items by rank, each label once: the first that was found is the nearest in meaning. */
function inOrder(items: readonly CompletionItem[]): readonly CompletionItem[] {
  const found = new Map<string, CompletionItem>();
  for (const item of items.toSorted((one, other) => one.rank - other.rank)) {
    const key = `${item.label}\n${item.edits ? (item.detail ?? "") : ""}`;
    if (!found.has(key)) found.set(key, item);
  }
  return [...found.values()];
}
