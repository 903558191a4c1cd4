import type { ResolvedSchedule } from "../../../compiler/schema/resolved.ts";
import type { Duration } from "../../../compiler/schema/types.ts";

type Expression<Kind extends ResolvedSchedule["kind"]> = (options: Extract<ResolvedSchedule, { kind: Kind }>) => string;

/** The factors after the warm-up. */
const expressions: { readonly [Kind in ResolvedSchedule["kind"]]: Expression<Kind> } = {
  constant: () => "1",
  linear: ({ warmup, floor }) => `${floor} + (1 - ${floor}) * (1 - ${shareSince(warmup)})`,
  cosine: ({ warmup, floor }) => `${floor} + (1 - ${floor}) * (1 + cos(pi * ${shareSince(warmup)})) / 2`,
  step: ({ warmup, every, factor }) =>
    `${factor} ** trunc(max(0, step - 1 - ${inSteps(warmup)}) / max(1, ${inSteps(every)}))`,
  inverse_sqrt: ({ warmup }) => `sqrt(max(1, ${inSteps(warmup)}) / max(1, ${inSteps(warmup)}, step))`,
};

/**
 * `scheduleFactor` for programs without mtl: an expression in `step`, the number of updates with this one, their number in all, `total`, and `min`, `max`, `trunc`, `sqrt`, `cos` and `pi`, which is valid
 * JavaScript and Python.
 */
export function scheduleExpression<Kind extends ResolvedSchedule["kind"]>(
  schedule: Extract<ResolvedSchedule, { kind: Kind }>,
): string {
  const after: Expression<Kind> = expressions[schedule.kind];
  const { warmup } = schedule;
  if (warmup.value === 0) return after(schedule);
  const rise = `min(1, step / max(1, ${inSteps(warmup)}))`;
  return schedule.kind === "constant" ? rise : `${rise} * (${after(schedule)})`;
}

function inSteps({ unit, value }: Duration): string {
  return unit === "steps" ? String(value) : `trunc(${value} * total + 0.5)`;
}

function shareSince(warmup: Duration): string {
  const start = inSteps(warmup);
  return start === "0"
    ? "min(1, (step - 1) / max(1, total))"
    : `min(1, max(0, step - 1 - ${start}) / max(1, total - ${start}))`;
}
