import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, type Tooltip, ViewPlugin, type ViewUpdate, keymap, showTooltip } from "@codemirror/view";
import type { ServiceClient } from "../service/client.ts";
import type { Signature } from "../service/protocol.ts";
import { markdownElement } from "./markdown.ts";

const setSignature = StateEffect.define<Tooltip | null>();

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, { effects }) {
    for (const effect of effects) if (effect.is(setSignature)) return effect.value;
    return tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

/** The parameters of the call in whose parentheses one types. A parenthesis or a comma opens it; it follows until the cursor leaves the call, or Escape closes it. */
export function signature(service: ServiceClient): Extension {
  const plugin = ViewPlugin.define((view) => new Follower(view, service));
  const close = keymap.of([
    {
      key: "Escape",
      run: (view) => {
        if (!view.state.field(shown)) return false;
        view.dispatch({ effects: setSignature.of(null) });
        return true;
      },
    },
  ]);
  return [shown, plugin, close];
}

class Follower {
  readonly #view: EditorView;
  readonly #service: ServiceClient;
  #asked = 0;

  constructor(view: EditorView, service: ServiceClient) {
    this.#view = view;
    this.#service = service;
  }

  update({ docChanged, selectionSet, state, transactions }: ViewUpdate): void {
    if (!docChanged && !selectionSet) return;
    const { head } = state.selection.main;
    const isOpen = state.field(shown) !== null;
    const isTyped = transactions.some((each) => each.isUserEvent("input.type"));
    if (isOpen || (isTyped && /[(,]/u.test(state.sliceDoc(head - 1, head)))) void this.#ask(head);
  }

  /** Another file is shown: an answer that is still to come is about a text that is not there. */
  destroy(): void {
    this.#asked += 1;
  }

  async #ask(offset: number): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const found = await this.#service.call("signature", offset);
    if (asked !== this.#asked) return;
    this.#view.dispatch({ effects: setSignature.of(found ? tooltipOf(found, offset) : null) });
  }
}

function tooltipOf(found: Signature, offset: number): Tooltip {
  return { pos: offset, above: true, create: () => ({ dom: signatureElement(found) }) };
}

function signatureElement({ label, active }: Signature): HTMLElement {
  const dom = document.createElement("div");
  const line = document.createElement("code");
  line.className = "signature";
  const bold = document.createElement("strong");
  bold.textContent = active ? label.slice(active.start, active.end) : "";
  line.append(label.slice(0, active?.start ?? label.length), bold, label.slice(active?.end ?? label.length));
  dom.append(line);
  if (active && active.documentation !== "") dom.append(markdownElement(active.documentation));
  return dom;
}
