import type { KeyBinding } from "@codemirror/view";
import type { EditorView } from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import type { Action } from "../service/protocol.ts";
import type { TextEdit } from "../../language-server/service/text-edit.ts";
import type { Span } from "../../grammar/ast.ts";

/** The parts of the page around an editor that its commands need. */
export interface Surroundings {
  /** Shows the actions at the cursor as a menu. */
  readonly offerActions: (actions: readonly Action[]) => void;
  readonly askForName: (request: { readonly name: string; readonly offset: number }) => void;
  readonly say: (message: string) => void;
  readonly makeEdits: (edits: readonly TextEdit[], userEvent: string) => void;
  /** Selects a part of any file. */
  readonly goTo: (part: Span) => void;
  /** Shows again what was shown before the last `goTo`. */
  readonly goBack: () => void;
}

export async function format(_view: EditorView, service: ServiceClient, around: Surroundings): Promise<void> {
  const { say, makeEdits } = around;
  const formatted = await service.call("format");
  if ("refusal" in formatted) say(formatted.refusal);
  else if (formatted.edits.length === 0) say("The text has its layout already.");
  else makeEdits(formatted.edits, "format");
}

export async function offerActions(view: EditorView, service: ServiceClient, around: Surroundings): Promise<void> {
  const { from, to } = view.state.selection.main;
  const actions = await service.call("actions", from, to);
  if (actions.length === 0) around.say("There is nothing to change here.");
  else around.offerActions(actions);
}

export async function askForName(view: EditorView, service: ServiceClient, around: Surroundings): Promise<void> {
  const offset = view.state.selection.main.head;
  const found = await service.call("renameable", offset);
  if ("refusal" in found) around.say(found.refusal);
  else around.askForName({ name: found.name, offset });
}

export async function goToDefinition(view: EditorView, service: ServiceClient, around: Surroundings): Promise<void> {
  const found = await service.call("definition", view.state.selection.main.head);
  if (found) around.goTo(found);
  else around.say("There is no name here that is declared somewhere.");
}

export async function goBack(_view: EditorView, _service: ServiceClient, around: Surroundings): Promise<void> {
  around.goBack();
}

/** The keys of the commands that need the service. */
export function serviceKeys(service: ServiceClient, around: Surroundings): readonly KeyBinding[] {
  const key = (
    binding: string,
    command: (view: EditorView, service: ServiceClient, around: Surroundings) => Promise<void>,
  ): KeyBinding => ({
    key: binding,
    preventDefault: true,
    run: (view) => {
      void command(view, service, around);
      return true;
    },
  });
  return [
    key("Shift-Alt-f", format),
    key("Mod-.", offerActions),
    key("F2", askForName),
    key("F12", goToDefinition),
    key("Shift-F12", goBack),
  ];
}
