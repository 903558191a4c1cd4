import type { CodeActionSource } from "./code-action.ts";
import { headedDeclaration } from "./surroundings.ts";
import { replaced, textOf } from "./snippets.ts";

/** `layer f = linear(3)` becomes `layer f = per_task(linear(3))`: each task has weights of its own for it. */
export const perTask: CodeActionSource = {
  name: "per-task",
  kind: "refactor.rewrite",
  find(selection) {
    const layer = headedDeclaration(selection);
    if (layer?.kind !== "Layer") return [];
    const text = textOf(selection, layer.value);
    if (text.startsWith("per_task(")) return [];
    return [
      {
        title: `Give each task a \`${layer.name.name}\` of its own`,
        edits: [replaced(layer.value.span, `per_task(${text})`)],
      },
    ];
  },
};
