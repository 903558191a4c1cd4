import { type CompletionItem, textOfSnippet } from "../../language-server/service/completion/completion-item.ts";
import { completionsAt } from "../../language-server/service/completion/completions.ts";
import { filesOf } from "./files.ts";

/** The items at the cursor of a text. */
export function itemsAt(written: string): readonly CompletionItem[] {
  const { workspace, path, offset } = filesOf(written);
  return completionsAt(workspace, path, offset).items;
}

export function labelsAt(written: string): readonly string[] {
  return itemsAt(written).map(({ label }) => label);
}

function itemAt(written: string, label: string): CompletionItem {
  const item = itemsAt(written).find((each) => each.label === label);
  if (!item) throw new Error(`there is no item "${label}" among ${labelsAt(written).join(", ")}`);
  return item;
}

/** The text after an item was inserted with its examples in its holes. */
export function inserted(written: string, label: string): string {
  const { path, texts } = filesOf(written);
  const { at, text, snippet, edits = [] } = itemAt(written, label);
  const all = [...edits, { ...at, text: snippet ? textOfSnippet(snippet) : text }].toSorted(
    (a, b) => b.start - a.start,
  );
  return all.reduce(
    (result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end),
    texts[path] ?? "",
  );
}
