import type { CodeActionSource } from "./code-action.ts";
import { appended } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

/** The kernels of a stream or layer are read through LoRA, which trains a small update of them. */
export const adaptWeights: CodeActionSource = {
  name: "adapt-weights",
  kind: "refactor.rewrite",
  find(selection) {
    const declaration = headedDeclaration(selection);
    if (declaration?.kind !== "Stream" && declaration?.kind !== "Layer") return [];
    const pattern = `${declaration.name.name}.**.kernel`;
    return [
      {
        title: `Adapt the weights of \`${declaration.name.name}\` by LoRA`,
        edits: [appended(selection, `adapt "${pattern}" -> lora(rank: 8)`)],
      },
    ];
  },
};
