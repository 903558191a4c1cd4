import type { Program as CompiledProgram } from "../../compiler/program.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";

/** The parts of a compiled specification that training needs. */
export type Program = Pick<CompiledProgram, "specification" | "plan">;

export function taskOf({ specification }: Pick<Program, "specification">, name: string): ResolvedTask {
  const task = specification.tasks[name];
  if (!task) throw new Error(`no task ${name}`);
  return task;
}
