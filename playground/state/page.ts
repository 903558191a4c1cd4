import { batch } from "@preact/signals";
import type { EditorView } from "@codemirror/view";
import { showDiagnostics } from "../editor/diagnostics.ts";
import { setNames } from "../editor/highlighting.ts";
import { setHints } from "../editor/inlay-hints.ts";
import { ServiceClient } from "../service/client.ts";
import type { ServiceEvent } from "../service/protocol.ts";
import * as app from "./app-state.ts";
import { ownFiles } from "../training/own-files.ts";
import { textOfExample } from "./examples.ts";
import { type SharedState, fragmentOf, readFragment } from "./url-state.ts";

/** The example that a reader sees first. */
const firstExample = "digit_reader";
/** Milliseconds after the last change until the address follows. */
const addressDelay = 400;

let editor: EditorView | undefined;
let following: ReturnType<typeof setTimeout> | undefined;
export const service = new ServiceClient(onEvent);

export function attachEditor(view: EditorView): void {
  editor = view;
  view.focus();
}

export function currentEditor(): EditorView | undefined {
  return editor;
}

/** Opens what the address says. */
export async function openAddress(): Promise<void> {
  const fragment = await readFragment(location.hash);
  if (fragment.kind === "state") return open(fragment.state);
  if (fragment.kind === "unreadable")
    app.say("The link cannot be read: it was cut off, or comes from another version. An example is shown instead.");
  await openExample(fragment.kind === "example" ? fragment.name : firstExample);
}

export async function openExample(name: string): Promise<void> {
  const text = await textOfExample(name);
  if (text === undefined) {
    app.say(`There is no example ${name}.`);
    if (name !== firstExample) await openExample(firstExample);
    return;
  }
  ownFiles.value = new Map();
  open({ name: `${name}.mtl`, text, example: name });
}

/** Opens a text of the reader's own. */
export function openText(name: string, text: string): void {
  open({ name, text });
}

function open(state: SharedState): void {
  batch(() => {
    app.shared.value = state;
    app.specification.value = undefined;
    app.params.value = [];
    app.picture.value = undefined;
    app.costs.value = undefined;
    app.diagnostics.value = [];
    app.cursor.value = 0;
  });
  changed();
  if (editor && editor.state.doc.toString() !== state.text)
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: state.text },
      selection: { anchor: 0 },
    });
}

/** The reader has changed the text. */
export function edit(text: string): void {
  if (text === app.shared.value.text) return;
  app.shared.value = { ...app.shared.value, text };
  changed();
}

/** The reader has changed a setting: the state as it is now. What is shown follows from the values of params, too. */
export function configure(state: SharedState): void {
  const isAnotherModel = state.set !== app.shared.peek().set;
  app.shared.value = state;
  if (isAnotherModel) changed();
  else followAddress();
}

/** The declaration of a node of the picture becomes the selection. */
export function showDeclaration(node: string): void {
  const span = app.picture.value?.value.spans.get(node);
  if (!span || !editor) return;
  app.tab.value = app.tab.value === "code" ? "code" : app.tab.value;
  const anchor = Math.min(span.start, editor.state.doc.length);
  editor.dispatch({ selection: { anchor }, effects: [], scrollIntoView: true });
}

export function showOffset(offset: number): void {
  if (!editor) return;
  editor.dispatch({ selection: { anchor: Math.min(offset, editor.state.doc.length) }, scrollIntoView: true });
  editor.focus();
}

function changed(): void {
  batch(() => {
    app.isChecked.value = false;
    if (app.picture.value) app.picture.value = { ...app.picture.value, isEarlier: true };
    if (app.costs.value) app.costs.value = { ...app.costs.value, isEarlier: true };
  });
  const { name, text, set = {} } = app.shared.value;
  service.open(name, text, set);
  followAddress();
}

function followAddress(): void {
  clearTimeout(following);
  following = setTimeout(() => void writeAddress(), addressDelay);
}

/** Writes the state into the address, and gives the link. */
export async function writeAddress(): Promise<string> {
  const fragment = await fragmentOf(app.shared.value);
  history.replaceState(undefined, "", fragment);
  return new URL(fragment, location.href).href;
}

function onEvent(event: ServiceEvent): void {
  switch (event.kind) {
    case "diagnostics":
      batch(() => {
        app.diagnostics.value = event.diagnostics;
        app.isChecked.value = event.isWhole;
        app.checkTime.value = event.milliseconds;
      });
      if (editor) showDiagnostics(editor, app.inText.peek());
      return;
    case "names":
      editor?.dispatch({ effects: setNames.of(event.tokens) });
      return;
    case "hints":
      editor?.dispatch({ effects: setHints.of(event.hints) });
      return;
    case "params":
      app.params.value = event.params;
      return;
    case "specification":
      app.specification.value = event.specification;
      return;
    case "picture":
      app.picture.value = { value: event.picture, isEarlier: false };
      return;
    case "costs":
      app.costs.value = { value: event.costs, isEarlier: false };
      return;
    case "failed":
      app.say(`The language service has failed: ${event.message}. Load the page again.`);
  }
}
