import type { DatasetDeclaration, TaskDeclaration } from "../../../grammar/ast.ts";
import { childrenOf } from "../../../grammar/children.ts";
import type { Node } from "../../../grammar/ast.ts";
import type { CodeActionSource } from "./code-action.ts";
import { appended } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

/** A task that no data set feeds gets one. */
export const addDataset: CodeActionSource = {
  name: "add-dataset",
  kind: "quickfix",
  find(selection) {
    const task = declarationOf(selection);
    if (task?.kind !== "Task" || hasData(selection.analysis.tree.declarations, task)) return [];
    const { name } = task.name;
    const text = `dataset ${name}_rows {\n  path: "data/${name}.jsonl"\n  split: { train: 80%, validation: 10%, test: 10% }\n  tasks: [${name}]\n}`;
    return [{ title: `Add a data set for the task \`${name}\``, edits: [appended(selection, text)] }];
  },
};

function hasData(declarations: readonly Node[], { name }: TaskDeclaration): boolean {
  return declarations
    .filter((each): each is DatasetDeclaration => each.kind === "Dataset")
    .flatMap(({ options }) => options.filter(({ key }) => "name" in key && key.name === "tasks"))
    .some(({ value }) => {
      const names = value.kind === "List" ? childrenOf(value) : [value];
      return names.some((each) => each.kind === "Name" && (each.name === name.name || each.name === "all"));
    });
}
