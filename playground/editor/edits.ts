import type { EditorView } from "@codemirror/view";
import type { Edit } from "../service/protocol.ts";

/** Makes edits of the text as one step of the history. The cursor stays at what it was at. */
export function makeEdits(view: EditorView, edits: readonly Edit[], userEvent: string): void {
  const changes = edits.map(({ start, end, text }) => ({ from: start, to: end, insert: text }));
  view.dispatch({ changes, userEvent, scrollIntoView: false });
}
