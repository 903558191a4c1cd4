import type { StageDeclaration } from "../../../grammar/ast.ts";
import type { CodeActionSource } from "./code-action.ts";
import { inserted } from "./snippets.ts";
import { optionNamed } from "./options.ts";
import { declarationOf } from "./surroundings.ts";

/** A task is added to a stage that trains a list of others. */
export const trainTask: CodeActionSource = {
  name: "train-task",
  kind: "refactor.rewrite",
  find(selection) {
    const task = declarationOf(selection);
    if (task?.kind !== "Task") return [];
    return selection.analysis.tree.declarations
      .filter((each): each is StageDeclaration => each.kind === "Stage")
      .flatMap((stage) => {
        const value = optionNamed(stage, "tasks")?.value;
        if (value?.kind !== "List" || value.items.some((item) => item.kind === "Name" && item.name === task.name.name))
          return [];
        const last = value.items.at(-1);
        const edit = last
          ? inserted(selection.path, last.span.end, `, ${task.name.name}`)
          : inserted(selection.path, value.span.end - 1, task.name.name);
        return [{ title: `Train \`${task.name.name}\` in the stage \`${stage.name.name}\``, edits: [edit] }];
      });
  },
};
