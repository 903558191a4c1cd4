import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Hint } from "../service/protocol.ts";

class HintWidget extends WidgetType {
  readonly #label: string;
  constructor(label: string) {
    super();
    this.#label = label;
  }
  override eq(other: HintWidget): boolean {
    return other.#label === this.#label;
  }
  /** A click on a hint moves the cursor to it. */
  override ignoreEvent(): boolean {
    return false;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "hint";
    element.textContent = this.#label;
    // A screen reader reads the text that is written, and the shape where it is asked for.
    element.setAttribute("aria-hidden", "true");
    return element;
  }
}

export const setHints = StateEffect.define<readonly Hint[]>();

/** Shapes behind the expressions that have them. Until a text is checked, those of the text before stay where they were. */
export const inlayHints = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(known, { changes, effects }) {
    const given = effects.find((effect) => effect.is(setHints));
    if (!given) return known.map(changes);
    return Decoration.set(
      given.value.map(({ at, label }) => Decoration.widget({ widget: new HintWidget(label), side: 1 }).range(at)),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});
