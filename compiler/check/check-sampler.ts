import type { Expression, Span, StageDeclaration } from "../../grammar/ast.ts";
import { knownEntries } from "../declare/map-keys.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedSampler, ResolvedStage } from "../schema/resolved.ts";
import { argumentOf } from "./argument-of.ts";

/** A sampler of a stage, or one that another sampler wraps. */
interface Sampling {
  readonly sampler: ResolvedSampler;
  readonly written: Expression | undefined;
  /** The tasks that it can draw. */
  readonly tasks: readonly string[];
  /** The sampler around it. */
  readonly within?: ResolvedSampler["kind"];
}

/** Checks the tasks that a stage's sampler names, and those of the samplers that it wraps. */
export function checkSampler(stage: ResolvedStage, declaration: StageDeclaration, reporter: Reporter): void {
  const written = optionOf(declaration, "sampler");
  check({ sampler: stage.sampler, written, tasks: stage.tasks });

  function check({ sampler, written, tasks, within }: Sampling): void {
    const at = written?.span ?? optionOf(declaration, "sampler")?.span ?? declaration.name.span;
    switch (sampler.kind) {
      case "weights":
        knownEntries(argumentOf(written, "of", 0), "`weights`", tasks, reporter);
        for (const task of tasks)
          if (sampler.of[task] === undefined)
            reporter.report("missing_weight_of_task", at, { task, stage: stage.name });
        return;
      case "main_plus_ratio":
        return isDrawn(sampler.main, tasks, { what: "The main task", at: argumentOf(written, "main", 0)?.span ?? at });
      case "stop_and_go":
        return check({ sampler: sampler.over, written: argumentOf(written, "over", 7), tasks, within: sampler.kind });
      case "alternating":
        for (const [index, turn] of sampler.turns.entries()) checkTurn(turn, itemOf(written, index), { tasks, at });
        return;
      case "uncertainty":
        if (within)
          reporter.report("rows_not_tasks", at, {
            stage: stage.name,
            found: `it is within the sampler \`${within}\``,
          });
        return;
      default:
        return;
    }
  }

  function checkTurn(
    turn: Extract<ResolvedSampler, { kind: "alternating" }>["turns"][number],
    written: Expression | undefined,
    { tasks, at }: { readonly tasks: readonly string[]; readonly at: Span },
  ): void {
    const named = typeof turn === "string" ? [turn] : turn.tasks;
    const list = argumentOf(written, "tasks", 0);
    for (const [index, task] of named.entries())
      isDrawn(task, tasks, {
        what: "The task of a turn",
        at: (list?.kind === "List" ? list.items[index] : written)?.span ?? at,
      });
    if (typeof turn === "string") return;
    check({
      sampler: turn.sampler,
      written: argumentOf(written, "sampler", 1) ?? written,
      tasks: turn.tasks,
      within: "alternating",
    });
  }

  function isDrawn(
    task: string,
    tasks: readonly string[],
    { what, at }: { readonly what: string; readonly at: Span },
  ): void {
    if (tasks.includes(task)) return;
    reporter.report("unknown_choice", at, {
      what,
      value: task,
      choices: tasks.join(", "),
      nearest: nearest(task, tasks),
    });
  }
}

function itemOf(written: Expression | undefined, index: number): Expression | undefined {
  const turns = argumentOf(written, "turns", 0);
  return turns?.kind === "List" ? turns.items[index] : undefined;
}
