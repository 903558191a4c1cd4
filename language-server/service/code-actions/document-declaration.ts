import type { CodeActionSource } from "./code-action.ts";
import { inserted } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

/** A declaration without documentation gets a line of it, which hover and the picture show. */
export const documentDeclaration: CodeActionSource = {
  name: "document-declaration",
  kind: "refactor.rewrite",
  find(selection) {
    const declaration = headedDeclaration(selection);
    if (!declaration || declaration.doc !== undefined || !("name" in declaration)) return [];
    const { start } = declaration.span;
    const text = `/// ${declaration.name.name}\n`;
    return [
      {
        title: "Add documentation",
        edits: [inserted(selection.path, start, text)],
        renames: { file: selection.path, start: start + 4, end: start + text.length - 1 },
      },
    ];
  },
};
