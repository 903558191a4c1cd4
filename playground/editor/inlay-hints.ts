import { type EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type { Hint } from "../service/protocol.ts";

class HintWidget extends WidgetType {
  readonly label: string;
  constructor(label: string) {
    super();
    this.label = label;
  }
  override eq(other: HintWidget): boolean {
    return other.label === this.label;
  }
  /** A click on a hint moves the cursor to it. */
  override ignoreEvent(): boolean {
    return false;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "hint";
    element.append(Object.assign(document.createElement("span"), { textContent: this.label, title: this.label }));
    // A screen reader reads the text that is written, and the shape where it is asked for.
    element.setAttribute("aria-hidden", "true");
    return element;
  }
}

export const setHints = StateEffect.define<readonly Hint[]>();

/**
 * The shapes of a line behind its end, in the order of its steps. They take no space, so that no text moves when they come. Until a text is checked, those of the text before
 * stay where they were.
 */
export const inlayHints = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(known, { changes, effects, state }) {
    const given = effects.find((effect) => effect.is(setHints));
    if (!given) return known.map(changes);
    return Decoration.set(
      [...byLine(given.value, state.doc)].map(([end, labels]) =>
        Decoration.widget({ widget: new HintWidget(labels.join(" → ")), side: 1 }).range(end),
      ),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The shapes of the line that the cursor is in, which are cut off where a screen is narrow. */
export function shapesAtCursor(state: EditorState): string {
  const { from, to } = state.doc.lineAt(state.selection.main.head);
  let found = "";
  state.field(inlayHints).between(from, to, (_from, _to, { spec }) => {
    const { widget } = spec as { readonly widget?: WidgetType };
    if (widget instanceof HintWidget) found = widget.label;
  });
  return found;
}

/** The labels of each line by the position of its end. A step that keeps the shape adds none. */
function byLine(hints: readonly Hint[], text: Text): ReadonlyMap<number, readonly string[]> {
  const lines = new Map<number, string[]>();
  for (const { at, label } of hints) {
    const { to } = text.lineAt(Math.min(at, text.length));
    const labels = lines.get(to) ?? [];
    if (labels.at(-1) !== label) labels.push(label);
    lines.set(to, labels);
  }
  return lines;
}
