import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import hljs from "highlight.js/lib/core";
import mtl from "../../editors/highlight/highlight.js";
import type { NameToken } from "../service/protocol.ts";

/**
 * Colours. Those of words, strings, numbers and comments follow from the text at once, by the description of the language for highlight.js. The names of modalities, streams,
 * fusions, layers and tasks have the colours that they have in the picture, which needs the meaning of names, so the service sends them.
 */

hljs.registerLanguage("mtl", mtl);

interface Scoped {
  readonly start: number;
  readonly end: number;
  readonly scope: string;
}

/** The innermost scopes in a text that was highlighted as HTML. */
export function scopesIn(html: string): readonly Scoped[] {
  const found: Scoped[] = [];
  const open: string[] = [];
  let at = 0;
  for (const [piece, opened] of html.matchAll(/<span class="([^"]*)">|<\/span>|&(?:amp|lt|gt|quot|#x27);|[^<&]+/gu)) {
    if (opened !== undefined) open.push(opened.split(" ")[0] ?? "");
    else if (piece === "</span>") open.pop();
    else {
      const end = at + (piece.startsWith("&") ? 1 : piece.length);
      const scope = open.at(-1);
      if (scope !== undefined) found.push({ start: at, end, scope });
      at = end;
    }
  }
  return found;
}

/** The scopes of the lines that are drawn: those of a line follow from the line alone. */
function decorated({ state, viewport: { from, to } }: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { value } = hljs.highlight(state.sliceDoc(from, to), { language: "mtl" });
  for (const { start, end, scope } of scopesIn(value))
    builder.add(from + start, from + end, Decoration.mark({ class: scope }));
  return builder.finish();
}

const words = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorated(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = decorated(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

export const setNames = StateEffect.define<readonly NameToken[]>();

/** Kinds of names that the picture shows too. */
const drawn = new Set(["modality", "stream", "fusion", "layer", "task"]);

const names = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(known, { changes, effects }) {
    const given = effects.find((effect) => effect.is(setNames));
    if (!given) return known.map(changes);
    const tokens = given.value.filter(({ kind }) => drawn.has(kind));
    return Decoration.set(
      tokens.map(({ start, end, kind }) => Decoration.mark({ class: `name ${kind}` }).range(start, end)),
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const highlighting: Extension = [words, names];
