import type { CodeActionSource } from "./code-action.ts";
import { replaced } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** `tasks: all` becomes a list of the tasks. */
export const listTasks: CodeActionSource = {
  name: "list-tasks",
  kind: "refactor.rewrite",
  find(selection) {
    const entry = innermost(selection, "Entry");
    if (!entry || !("name" in entry.key) || entry.key.name !== "tasks") return [];
    const names = tasksOf(selection);
    if (entry.value.kind !== "Name" || entry.value.name !== "all" || names.length === 0) return [];
    return [{ title: "List the tasks", edits: [replaced(entry.value.span, `[${names.join(", ")}]`)] }];
  },
};

/** A list of every task becomes `tasks: all`. */
export const allTasks: CodeActionSource = {
  name: "all-tasks",
  kind: "refactor.rewrite",
  find(selection) {
    const entry = innermost(selection, "Entry");
    if (!entry || !("name" in entry.key) || entry.key.name !== "tasks" || entry.value.kind !== "List") return [];
    const listed = entry.value.items.flatMap((item) => (item.kind === "Name" ? [item.name] : []));
    const names = tasksOf(selection);
    if (names.length === 0 || names.some((name) => !listed.includes(name))) return [];
    return [{ title: "Write `all` for the tasks", edits: [replaced(entry.value.span, "all")] }];
  },
};

function tasksOf({ analysis }: Parameters<CodeActionSource["find"]>[0]): readonly string[] {
  return analysis.tree.declarations.flatMap((each) => (each.kind === "Task" ? [each.name.name] : []));
}
