import type { Declaration, Expression, Node } from "../../../grammar/ast.ts";
import { definitionOfDeclaration } from "../../../compiler/resolve/definition.ts";
import type { CodeActionSource } from "./code-action.ts";
import { asOperand, replaced, textOf, wholeLines } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

type Inlined = Extract<Declaration, { readonly kind: "Stream" | "Layer" | "Param" }>;

/** A source that replaces the name of a declaration by its value, and removes the declaration. */
function inlining(kind: Inlined["kind"], name: string, isAllowed: (uses: number) => boolean): CodeActionSource {
  return {
    name,
    kind: "refactor.inline",
    find(selection) {
      const { workspace, path } = selection;
      const declaration = headedDeclaration(selection);
      if (declaration?.kind !== kind) return [];
      const inlined = declaration;
      const uses = workspace
        .entriesOf(path)
        .flatMap((entry) => workspace.analyse(entry)?.references.usesOf(definitionOfDeclaration(inlined)) ?? []);
      // A use in another file, or within a string that names weights, is more than its value.
      if (uses.some(({ node, at }) => node.kind !== "Name" || at.file !== path) || !isAllowed(uses.length)) return [];
      const distinct = [...new Map(uses.map((use) => [use.at.start, use])).values()];
      if (distinct.length === 0) return [];
      const value: Expression = inlined.value;
      const edits = distinct.map(({ node, at }) =>
        replaced(at, isWhole(selection.nodes[0], node) ? textOf(selection, value) : asOperand(selection, value)),
      );
      return [
        {
          title: `Inline \`${inlined.name.name}\``,
          edits: [...edits, replaced(wholeLines(selection, inlined.span), "")],
        },
      ];
    },
  };
}

/** True if a name is all of the value that it is in, so that what replaces it needs no parentheses. */
function isWhole(tree: Node | undefined, name: Node): boolean {
  if (tree?.kind !== "SpecificationFile") return false;
  return tree.declarations.some((declaration) => {
    if ("value" in declaration && declaration.value === name) return true;
    return "options" in declaration && declaration.options.some(({ value }) => value === name);
  });
}

export const inlineStream = inlining("Stream", "inline-stream", () => true);
/** A layer with several uses shares its weights between them, which a copy of its value for each would not. */
export const inlineLayer = inlining("Layer", "inline-layer", (uses) => uses === 1);
export const inlineParam = inlining("Param", "inline-param", () => true);
