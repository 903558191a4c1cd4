import { Decoration, type DecorationSet, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const matcher = new MatchDecorator({ regexp: /->/gu, decoration: Decoration.mark({ class: "arrow" }) });

/** Keeps the two characters of an arrow on one row, where a browser would break the line behind the hyphen. */
export const arrows = ViewPlugin.define(
  (view) => ({
    found: matcher.createDeco(view),
    update(update: ViewUpdate) {
      this.found = matcher.updateDeco(update, this.found);
    },
  }),
  { decorations: ({ found }: { readonly found: DecorationSet }) => found },
);
