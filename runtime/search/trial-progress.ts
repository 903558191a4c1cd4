import { existsSync, readFileSync } from "../host/files.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { type LoggedValue, readMetrics } from "../run/metrics-log.ts";
import { betterOf, plainScore } from "../train/phase/selection.ts";
import { selectedMeasures } from "../../compiler/schema/selected-measures.ts";

/** A validation of a run, as its log has it. */
export interface LoggedValidation {
  /** The stage, or `STAGE.TASK` for one task of `for_each: task`. */
  readonly phase: string;
  /** The score by which the stage chooses its best checkpoint; `null` where no measure of it was defined. */
  readonly score: number | null;
}

/** The validations of a run in their order. */
export async function validationsOf(
  metrics: string,
  specification: Pick<ResolvedSpecification, "stages" | "tasks">,
): Promise<readonly LoggedValidation[]> {
  if (!existsSync(metrics)) return [];
  const found = new Map<string, { readonly phase: string; readonly values: LoggedValue[] }>();
  for await (const event of readMetrics(metrics)) {
    const key = validationKey(event);
    if (key === undefined) continue;
    const validation = found.get(key) ?? { phase: event.stage, values: [] };
    found.set(key, validation);
    validation.values.push(event);
  }
  return [...found.values()].map(({ phase, values }) => ({ phase, score: scoreOf(phase, values, specification) }));
}

/** The number of validations in a log, which is read at once so that a training can be paused after an exact number. */
export function countValidations(metrics: string): number {
  if (!existsSync(metrics)) return 0;
  const keys = new Set<string>();
  for (const line of readFileSync(metrics, "utf8").split("\n")) {
    if (!line.includes('"validation"')) continue;
    try {
      const key = validationKey(JSON.parse(line) as LoggedValue);
      if (key !== undefined) keys.add(key);
    } catch {
      // The last line of a run that was killed may be incomplete, and is written again.
    }
  }
  return keys.size;
}

/** The best score of the phases of the newest stage after the first `count` validations, which is their mean where it forks. */
export function scoreAfter(validations: readonly LoggedValidation[], count: number): number | null {
  const seen = validations.slice(0, count);
  const stage = seen.at(-1) && stageOf(seen.at(-1)?.phase ?? "");
  const best = new Map<string, number>();
  for (const { phase, score } of seen)
    if (stageOf(phase) === stage && score !== null) best.set(phase, Math.max(score, best.get(phase) ?? -Infinity));
  const scores = [...best.values()];
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The form in which a score is shown: as the measure that it was made of, or as a score without a unit. */
export interface ScoreDisplay {
  readonly label: string;
  readonly sign: 1 | -1;
}

export function scoreDisplay({ stages, tasks }: Pick<ResolvedSpecification, "stages" | "tasks">): ScoreDisplay {
  const selector = stages.at(-1)?.checkpoint.best ?? "auto";
  const [measure] = selectedMeasures(selector, Object.values(tasks));
  if (selector === "auto" || !measure) return { label: "score", sign: 1 };
  return { label: selector, sign: betterOf(measure) === "lower" ? -1 : 1 };
}

/** `undefined` for a value of training, and for those that are measured after it. */
function validationKey({ split, epoch, stage, step }: LoggedValue): string | undefined {
  return split === "validation" && epoch !== null ? `${stage} ${step}` : undefined;
}

function scoreOf(
  phase: string,
  values: readonly LoggedValue[],
  { stages, tasks }: Pick<ResolvedSpecification, "stages" | "tasks">,
): number | null {
  const stage = stages.find(({ name }) => name === stageOf(phase));
  const selector = stage?.checkpoint.best ?? "auto";
  if (selector === "auto") return values.find(({ task, name }) => task === null && name === "score")?.value ?? null;
  const trained = (stage?.tasks ?? []).flatMap((name) => tasks[name] ?? []);
  const measured = values.flatMap(({ task, name, value }) =>
    task === null ? [] : [{ task, split: "validation" as const, name, value: value ?? Number.NaN }],
  );
  const score = plainScore(selector, trained, measured);
  return score === undefined || Number.isNaN(score) ? null : score;
}

function stageOf(phase: string): string {
  return phase.split(".")[0] ?? phase;
}
