import type { Span } from "../../grammar/ast.ts";
import type { BuiltinName } from "../resolve/builtin-names.ts";
import { type CurrentTask, modeAt, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { type Value, bool, number, poison, string } from "./value.ts";

type Builtin = (frame: Frame, task: CurrentTask | undefined) => Value | "needs_task";

/** Names that are defined without a declaration. */
const builtins: { readonly [Name in BuiltinName]: Builtin } = {
  /** True in a scope that trains: dropout and the like are compiled in or out by it. */
  training: (frame) => bool(modeAt(frame) === "train"),
  task: (_frame, task) =>
    task
      ? {
          kind: "record",
          what: "the task",
          fields: new Map<string, Value>([
            ["name", string(task.name)],
            ["index", number(task.index)],
          ]),
        }
      : "needs_task",
  tasks: (_frame, task) =>
    task
      ? {
          kind: "record",
          what: "the tasks",
          fields: new Map<string, Value>([
            ["count", number(task.all.length)],
            ["names", { kind: "list", items: task.all.map(string) }],
          ]),
        }
      : "needs_task",
};

export function builtin(frame: Frame, name: BuiltinName, at: Span): Value {
  const value = builtins[name](frame, frame.elaboration.task);
  if (value !== "needs_task") return value;
  report(frame, "task_outside", at, { name });
  return poison;
}
