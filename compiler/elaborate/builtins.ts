import type { Span } from "../../grammar/ast.ts";
import { type CurrentTask, type Elaboration, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { type Value, bool, number, poison, string } from "./value.ts";

type Builtin = (elaboration: Elaboration, task: CurrentTask | undefined) => Value | "needs_task";

/** Names that are there without a declaration. */
const builtins: { readonly [name: string]: Builtin } = {
  /** Whether the graph is a training graph: dropout and the like are compiled in or out. */
  training: ({ mode }) => bool(mode === "train"),
  task: (_, task) => (task ? { kind: "record", what: "the task", fields: new Map<string, Value>([["name", string(task.name)], ["index", number(task.index)]]) } : "needs_task"),
  tasks: (_, task) => (task ? { kind: "record", what: "the tasks", fields: new Map<string, Value>([["count", number(task.all.length)], ["names", { kind: "list", items: task.all.map(string) }]]) } : "needs_task"),
};

export const builtinNames: readonly string[] = Object.keys(builtins);

export function builtin(elaboration: Elaboration, frame: Frame, name: string, at: Span): Value | undefined {
  const make = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  const value = make?.(elaboration, elaboration.task);
  if (value !== "needs_task") return value;
  report(elaboration, frame, "task_outside", at, { name });
  return poison;
}
