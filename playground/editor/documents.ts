import type { EditorState, StateEffect } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { TextEdit } from "../../language-server/service/text-edit.ts";

export type Access = "edit" | "read";

interface Kept {
  readonly state: EditorState;
  readonly scroll?: StateEffect<unknown>;
}

/** The files that an editor has shown, each with its history, its cursor and where it was scrolled to. */
export class Documents {
  readonly view: EditorView;
  readonly #stateOf: (text: string, access: Access) => EditorState;
  readonly #kept = new Map<string, Kept>();
  #shown: string | undefined;

  constructor(view: EditorView, stateOf: (text: string, access: Access) => EditorState) {
    this.view = view;
    this.#stateOf = stateOf;
  }

  /** Shows a file as it was left, or from its beginning if its text is another one. */
  show(path: string, text: string, access: Access): void {
    const { view } = this;
    if (this.#shown !== undefined) this.#kept.set(this.#shown, { state: view.state, scroll: view.scrollSnapshot() });
    const kept = this.#keptOf(path, text);
    view.setState(kept?.state ?? this.#stateOf(text, access));
    // The page learns where the cursor of this file is.
    view.dispatch({ selection: view.state.selection, effects: kept?.scroll ?? [] });
    this.#shown = path;
  }

  /** Edits a file that is not shown, so that its own history can undo it; gives its new text. */
  change(path: string, text: string, edits: readonly TextEdit[], userEvent: string): string {
    const before = this.#keptOf(path, text)?.state ?? this.#stateOf(text, "edit");
    const { state } = before.update({ changes: changesOf(edits), userEvent });
    this.#kept.set(path, { state });
    return state.doc.toString();
  }

  moved(from: string, to: string): void {
    const kept = this.#kept.get(from);
    this.#kept.delete(from);
    if (kept) this.#kept.set(to, kept);
    if (this.#shown === from) this.#shown = to;
  }

  /** Forgets all files: another project is opened. */
  clear(): void {
    this.#kept.clear();
    this.#shown = undefined;
  }

  #keptOf(path: string, text: string): Kept | undefined {
    const kept = this.#kept.get(path);
    return kept?.state.doc.toString() === text ? kept : undefined;
  }
}

export function changesOf(edits: readonly TextEdit[]) {
  return edits.map(({ at, text }) => ({ from: at.start, to: at.end, insert: text }));
}
