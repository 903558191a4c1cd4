import { batch } from "@preact/signals";
import type { EditorView } from "@codemirror/view";
import type { Span } from "../../grammar/ast.ts";
import type { TextEdit } from "../../language-server/service/text-edit.ts";
import { showDiagnostics } from "../editor/diagnostics.ts";
import { type Documents, changesOf } from "../editor/documents.ts";
import { setNames } from "../editor/highlighting.ts";
import { setHints } from "../editor/inlay-hints.ts";
import { ServiceClient } from "../service/client.ts";
import type { ServiceEvent } from "../service/protocol.ts";
import { followAddress } from "./address.ts";
import * as app from "./app-state.ts";
import { ownFiles } from "../training/own-files.ts";
import { textOfExample } from "./examples.ts";
import type { Texts } from "./project.ts";
import { type SharedState, readFragment } from "./url-state.ts";

/** The example that a reader sees first. */
const firstExample = "digit_reader";

let documents: Documents | undefined;
/** The selections from which `goTo` led away. */
let visited: Span[] = [];
export const service = new ServiceClient(onEvent);

export function attachEditor(made: Documents): void {
  documents = made;
  const { name, files } = app.shared.peek();
  made.show(name, files[name] ?? "", "edit");
  made.view.focus();
}

export function currentEditor(): EditorView | undefined {
  return documents?.view;
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
  const path = `${name}.mtl`;
  open({ name: path, files: { [path]: text }, example: name });
}

/** Opens a project instead of the one that is open. */
export function open(state: SharedState): void {
  // The editor has line feeds, and offsets in its text are those of the service.
  const files = Object.fromEntries(
    Object.entries(state.files).map(([path, text]) => [path, text.replaceAll(/\r\n?/gu, "\n")]),
  );
  visited = [];
  batch(() => {
    app.shared.value = { ...state, files };
    app.shown.value = state.name;
    app.specification.value = undefined;
    app.params.value = [];
    app.picture.value = undefined;
    app.costs.value = undefined;
    app.diagnostics.value = [];
  });
  documents?.clear();
  documents?.show(state.name, files[state.name] ?? "", "edit");
  changed();
}

/** The reader has changed the text that is shown. */
export function edit(text: string): void {
  if (text !== app.shared.peek().files[app.shown.peek()]) write({ [app.shown.peek()]: text });
}

function write(texts: Texts): void {
  const state = app.shared.peek();
  configure({ ...state, files: { ...state.files, ...texts } });
}

/** The reader has changed texts or settings: the state as it is now. What is shown follows from the values of params, too. */
export function configure(state: SharedState): void {
  const { name, files, set } = app.shared.peek();
  app.shared.value = state;
  if (state.name !== name || state.files !== files || state.set !== set) changed();
  else followAddress();
}

/** Makes edits in any files, in each of them as one step of its history. The cursor stays at what it was at. */
export function makeEdits(edits: readonly TextEdit[], userEvent: string): void {
  if (!documents) return;
  const { files } = app.shared.peek();
  const shown = app.shown.peek();
  const of = (path: string): readonly TextEdit[] => edits.filter(({ at }) => at.file === path);
  const others = [...new Set(edits.map(({ at }) => at.file))].filter((path) => path !== shown);
  const texts = others.map((path) => [path, documents?.change(path, files[path] ?? "", of(path), userEvent) ?? ""]);
  if (others.length > 0) {
    write(Object.fromEntries(texts));
    app.say(`Changed in ${others.join(", ")}, too.`);
  }
  if (of(shown).length > 0)
    documents.view.dispatch({ changes: changesOf(of(shown)), userEvent, scrollIntoView: false });
}

/** Shows a file of the project, which can be edited, or one of the standard library. */
export async function showFile(path: string): Promise<void> {
  if (path === app.shown.peek()) return;
  const own = app.shared.peek().files[path];
  const text = own ?? (await service.call("textOf", path));
  if (text === undefined || !documents) return;
  app.shown.value = path;
  documents.show(path, text, own === undefined ? "read" : "edit");
  service.show(path);
  showDiagnostics(documents.view, app.inText.peek());
}

/** A file has another path. */
export function moved(from: string, to: string): void {
  documents?.moved(from, to);
  if (app.shown.peek() === from) app.shown.value = to;
}

/** Selects a part of any file, from which `goBack` leads back. */
export async function goTo(place: Span): Promise<void> {
  const { from: start = 0, to: end = 0 } = documents?.view.state.selection.main ?? {};
  visited.push({ file: app.shown.peek(), start, end });
  await showPlace(place);
}

export async function goBack(): Promise<void> {
  const place = visited.pop();
  if (place) await showPlace(place);
  else app.say("There is nothing to go back to.");
}

/** The declaration of a node of the picture becomes the selection. */
export async function showDeclaration(node: string): Promise<void> {
  const span = app.picture.value?.value.spans.get(node);
  if (!span) return;
  await showFile(span.file);
  select(span.start, span.start);
}

export async function showPlace({ file, start, end }: Span): Promise<void> {
  await showFile(file);
  select(start, end);
  documents?.view.focus();
}

function select(start: number, end: number): void {
  const { length } = documents?.view.state.doc ?? { length: 0 };
  const [anchor, head] = [Math.min(start, length), Math.min(end, length)];
  documents?.view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
}

function changed(): void {
  batch(() => {
    app.isChecked.value = false;
    if (app.picture.value) app.picture.value = { ...app.picture.value, isEarlier: true };
    if (app.costs.value) app.costs.value = { ...app.costs.value, isEarlier: true };
  });
  const { name, files, set = {} } = app.shared.peek();
  service.open({ name, files, set, shown: app.shown.peek() });
  followAddress();
}

function onEvent(event: ServiceEvent): void {
  switch (event.kind) {
    case "diagnostics":
      batch(() => {
        app.diagnostics.value = event.diagnostics;
        app.trainedFiles.value = event.read;
        app.isChecked.value = event.isWhole;
        app.checkTime.value = event.milliseconds;
      });
      if (documents) showDiagnostics(documents.view, app.inText.peek());
      return;
    case "names":
      if (event.path === app.shown.peek()) documents?.view.dispatch({ effects: setNames.of(event.tokens) });
      return;
    case "hints":
      if (event.path === app.shown.peek()) documents?.view.dispatch({ effects: setHints.of(event.hints) });
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
