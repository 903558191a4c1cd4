import type { StageDeclaration } from "../../grammar/ast.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { balancedTasks } from "../schema/balanced-tasks.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { argumentOf } from "./argument-of.ts";

/** Checks that a stage whose tasks may leave it needs none of those that have left. */
export function checkEarlyStop(stage: ResolvedStage, declaration: StageDeclaration, reporter: Reporter): void {
  if (stage.early_stop?.tasks !== "each" || stage.for_each === "task") return;
  const reason = neededTasks(stage);
  if (reason === undefined) return;
  const written = optionOf(declaration, "early_stop");
  const at = argumentOf(written, "tasks", 3) ?? written ?? declaration.name;
  reporter.report("task_cannot_leave", at.span, { stage: stage.name, reason });
}

/** The reason why an update needs tasks that do not take part in it; `undefined` if it needs none. */
function neededTasks({ balance, sampler, untouched }: ResolvedStage): string | undefined {
  if (balancedTasks[balance.kind] === "all") return `the balance \`${balance.kind}\` compares all tasks in each update`;
  if (untouched === "decay") return "`untouched: decay` would then change the weights of this task without training it";
  const proxies = sampler.kind === "uncertainty" ? Object.entries(sampler.proxy ?? {}) : [];
  const proxy = proxies.find(([, each]) => typeof each === "string");
  return proxy && `the sampler scores rows of "${proxy[0]}" by the predictions of "${proxy[1]}"`;
}
