import type { TaskDeclaration } from "../../../../grammar/ast.ts";
import { calledName, keyOf } from "../../../../grammar/written-names.ts";
import { metricTargets } from "../../../../compiler/schema/metric-targets.ts";
import type { Draft } from "../completion-item.ts";
import { typesWithin } from "../expected.ts";
import { type Source, symbolsSeen } from "../request.ts";
import { segmentAt } from "../string-segment.ts";
import { targetOf } from "./family-members.ts";

/** A measure of a validation: `"task.metric"`, `"task.loss"`, or a metric alone. */
export const measures: Source = (request) => {
  const { value } = request.slot;
  const isMeasure = (type: ReturnType<typeof typesWithin>[number]): boolean =>
    type.kind === "string" && type.names === "measure";
  if (value?.kind !== "option" || !typesWithin(value.type).some(isMeasure)) return [];
  const tasks = symbolsSeen(request).filter((symbol) => symbol.kind === "Task");
  const ofTasks = tasks.flatMap((task) => metricsOf(task).map((metric) => `${task.name.name}.${metric}`));
  const segment = segmentAt(request, ".");
  if (!segment) return ["auto", ...ofTasks].map((label) => ({ ...measure(label), text: JSON.stringify(label) }));
  const { before, at } = segment;
  const task = tasks.find(({ name }) => name.name === before[0]);
  if (before.length > 0) return task ? metricsOf(task).map((label) => ({ ...measure(label), at }) satisfies Draft) : [];
  const whole = { start: at.start, end: request.string?.end ?? at.end };
  return ["auto", ...ofTasks].map((label) => ({ ...measure(label), at: whole }));
};

function measure(label: string): Draft {
  return { label, kind: "metric", rank: 0 };
}

/** The metrics of a task and its loss: those that it names, else all that measure its target. */
function metricsOf(task: TaskDeclaration): readonly string[] {
  const written = task.options.find((option) => keyOf(option) === "metrics")?.value;
  const target = targetOf(task);
  const named = written?.kind === "List" ? written.items.flatMap((item) => calledName(item) ?? []) : [];
  const usual = Object.entries<readonly string[]>(metricTargets).flatMap(([metric, targets]) =>
    target !== undefined && targets.includes(target) ? [metric] : [],
  );
  return [...(named.length > 0 ? named : usual), "loss"];
}
