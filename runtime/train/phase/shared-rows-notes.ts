import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { rowGroups, sharesRows } from "../../../compiler/stage/row-groups.ts";
import type { Data } from "../../data/data.ts";
import { rowsOfPass } from "../../data/pass-rows.ts";
import { UserError } from "../../user-error.ts";
import type { Program } from "../program.ts";

/** Fewer labelled rows than this in a step make a poor gradient. */
const FEWEST = 4;

interface SharedRowsSettings {
  readonly program: Pick<Program, "specification">;
  readonly data: Data;
}

/**
 * Describes the rows that tasks of a joint step share: how many rows with a label each task can expect in a step, a
 * sentence for each pass where some rows lack one.
 *
 * @throws UserError if a task can expect fewer than four, and the specification does not say that rows are shared.
 */
export function sharedRowsNotes(plan: StagePlan, { program, data }: SharedRowsSettings): readonly string[] {
  const { stage } = plan;
  if (stage.step.kind !== "joint" || !sharesRows(stage, program.specification)) return [];
  const isDeclared = stage.step.rows !== undefined;
  const apart = rowGroups(program.specification, plan.tasks, (task) => plan.batchOf(task)).filter(
    (group) => group.length > 1 && !plan.passes.some((pass) => pass.length === group.length && pass[0] === group[0]),
  );
  const notes = apart.map(
    (group) =>
      `Tasks ${group.join(", ")} of stage ${stage.name} draw rows of their own, because they would set the same running statistics to different values.`,
  );
  for (const pass of plan.passes.filter(({ length }) => length > 1)) {
    const expected = expectedLabels(plan, pass, data);
    const rarest = [...expected].find(([, { labels, rows }]) => labels < FEWEST && labels < rows);
    if (rarest && !isDeclared) throw rareLabels(stage.name, rarest[0], rarest[1]);
    if ([...expected.values()].some(({ labels, rows }) => labels < rows)) notes.push(describe(stage.name, expected));
  }
  return notes;
}

interface Expected {
  /** Rows of a step. */
  readonly rows: number;
  /** The number of them that have a label, on average. */
  readonly labels: number;
}

function expectedLabels(plan: StagePlan, pass: readonly string[], data: Data): ReadonlyMap<string, Expected> {
  const shared = rowsOfPass(data, pass).rows("train");
  return new Map(
    pass.map((task) => {
      const rows = Math.min(shared, plan.batchOf(task) * plan.stage.accumulate);
      return [task, { rows, labels: (rows * data.rows(task, "train")) / shared }];
    }),
  );
}

function rareLabels(stage: string, task: string, { rows, labels }: Expected): UserError {
  return new UserError(
    "data",
    `Stage ${stage} trains its tasks on the same rows, and a step of ${rows} rows has a label of task ${task} in only ${labels.toPrecision(2)} of them.`,
    "Write `step: joint(rows: own)` to draw rows that have a label for each task, or `step: joint(rows: shared)` to keep it so.",
  );
}

function describe(stage: string, expected: ReadonlyMap<string, Expected>): string {
  const [first] = expected.values();
  const parts = [...expected].map(([task, { labels }]) => `${labels.toFixed(1)} for ${task}`);
  return `Tasks of stage ${stage} are trained on the same rows. Of ${first?.rows ?? 0} rows in a step, these have a label on average: ${parts.join(", ")}.`;
}
