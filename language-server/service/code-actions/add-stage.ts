import type { CodeActionSource } from "./code-action.ts";
import { appended } from "./snippets.ts";

/** A model without a stage of training gets one for all of its tasks. */
export const addStage: CodeActionSource = {
  name: "add-stage",
  kind: "quickfix",
  find(selection) {
    const { tree } = selection.analysis;
    const kinds = new Set(tree.declarations.map(({ kind }) => kind));
    if (!kinds.has("Task") || kinds.has("Stage")) return [];
    const text = "stage fit {\n  tasks: all\n  optimizer: adamw(rate: 1e-3)\n  batch: 32\n  epochs: 3\n  seed: 1\n}";
    return [{ title: "Add a stage that trains all tasks", edits: [appended(selection, text)] }];
  },
};
