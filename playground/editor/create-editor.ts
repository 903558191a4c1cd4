import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import { type Surroundings, serviceKeys } from "./commands.ts";
import { arrows } from "./arrows.ts";
import { completion } from "./completion.ts";
import { type Access, Documents } from "./documents.ts";
import { diagnosticsGutter } from "./diagnostics.ts";
import { highlighting } from "./highlighting.ts";
import { hover } from "./hover.ts";
import { inlayHints, shapesAtCursor } from "./inlay-hints.ts";
import { signature } from "./signature.ts";

export interface EditorSettings extends Surroundings {
  readonly parent: HTMLElement;
  readonly service: ServiceClient;
  readonly onChange: (text: string) => void;
  /** The cursor is at another offset, or the shapes of its line have changed. */
  readonly onCursor: (offset: number, shapes: string) => void;
}

/** An editor of files, which shows none yet. */
export function createEditor(settings: EditorSettings): Documents {
  const { parent, service } = settings;
  const updates = EditorView.updateListener.of(({ docChanged, selectionSet, startState, state }) => {
    if (docChanged) settings.onChange(state.doc.toString());
    const areOtherHints = startState.field(inlayHints) !== state.field(inlayHints);
    if (docChanged || selectionSet || areOtherHints)
      settings.onCursor(state.selection.main.head, shapesAtCursor(state));
  });
  const extensions = [
    updates,
    lineNumbers(),
    diagnosticsGutter,
    history(),
    drawSelection(),
    highlightSpecialChars(),
    placeholder("Ctrl Space lists what can be written here."),
    highlightActiveLine(),
    EditorView.lineWrapping,
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    indentUnit.of("  "),
    EditorState.languageData.of(() => [{ commentTokens: { line: "//" } }]),
    EditorView.contentAttributes.of({
      "aria-label": "Specification",
      "aria-description": "Escape, then Tab, leaves the text.",
      spellcheck: "false",
      tabindex: "0",
    }),
    highlighting,
    arrows,
    inlayHints,
    completion(service),
    hover(service),
    signature(service),
    keymap.of([
      ...serviceKeys(service, settings),
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      // Escape, then Tab leaves the editor: a command of CodeMirror for who has a keyboard alone.
      indentWithTab,
    ]),
  ];
  const stateOf = (text: string, access: Access): EditorState =>
    EditorState.create({ doc: text, extensions: [EditorState.readOnly.of(access === "read"), extensions] });
  return new Documents(new EditorView({ parent, state: stateOf("", "read") }), stateOf);
}
