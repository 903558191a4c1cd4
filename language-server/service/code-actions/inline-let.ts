import type { CodeActionSource } from "./code-action.ts";
import { asOperand, replaced, wholeLines } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** The value of a `let` that is used once is written where its name is. */
export const inlineLet: CodeActionSource = {
  name: "inline-let",
  kind: "refactor.inline",
  find(selection) {
    const statement = innermost(selection, "Let");
    const [name, ...others] = statement?.names ?? [];
    if (!statement || !name || others.length > 0 || selection.end > name.span.end) return [];
    const { references } = selection.analysis;
    const definition = references.definitionOf(name);
    const uses = definition ? references.usesOf(definition) : [];
    const [use] = uses;
    if (uses.length !== 1 || use?.node.kind !== "Name") return [];
    return [
      {
        title: `Inline \`${name.name}\``,
        edits: [
          replaced(use.at, asOperand(selection, statement.value)),
          replaced(wholeLines(selection, statement.span), ""),
        ],
      },
    ];
  },
};
