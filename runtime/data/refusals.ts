import { counted } from "../../compiler/counted.ts";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import { UserError } from "../user-error.ts";
import { abridged, abridgedList } from "./cells/abridged.ts";
import { splitNames } from "./data.ts";
import { targetColumn } from "./columns/dataset-fields.ts";
import type { LoadedData } from "./load-data.ts";
import type { LoadedDataset } from "./columns/loaded-dataset.ts";
import { problemText } from "./problem-log.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { type TaskRows, classNamesIn, presenceOfTarget } from "./rows/task-rows.ts";

/** The reasons to refuse training on the data, at most one for each data set and each task's classes. */
export function refusals(loaded: LoadedData): readonly UserError[] {
  return [
    ...mistypedClasses(loaded),
    ...loaded.datasets.flatMap((dataset) => refusalOf(dataset, loaded.tasks, sharesOf) ?? []),
  ];
}

/** The reasons to refuse the data for a trained model. A limit on the fraction of bad rows is not checked again. */
export function refusalsOfTrained({ datasets, tasks }: LoadedData): readonly UserError[] {
  return datasets.flatMap((dataset) => refusalOf(dataset, tasks, (given) => (given === "refuse" ? 0 : 1)) ?? []);
}

/** The fraction of rows that may be bad. */
function sharesOf(given: ResolvedDataset["bad_rows"]): number {
  return typeof given === "number" ? given : { refuse: 0, report: 1 }[given];
}

/** The number of problems that a message lists. */
const listed = 5;

function refusalOf(
  { dataset, rows, problems }: LoadedDataset,
  tasks: ReadonlyMap<string, TaskRows>,
  shareOf: typeof sharesOf,
): UserError | undefined {
  const found = problems.list();
  const lines = found.slice(0, listed).map((problem) => `\n  ${problemText(problem)}`);
  const examples = `${lines.join("")}${found.length > listed ? `\n  … and ${found.length - listed} more` : ""}`;
  if (!dataset.tasks.some((name) => hasRowsOf(tasks.get(name), dataset))) {
    if (found.length === 0)
      return new UserError(
        "data",
        `No row of data set "${dataset.name}" has a target for ${dataset.tasks.join(" or ")}.`,
        "Check the column of the target.",
      );
    return new UserError(
      "data",
      `No row of data set "${dataset.name}" can be used:${examples}`,
      "Check the first ones: paths are relative to the data file.",
    );
  }
  const bad = problems.rows();
  const all = rows.length + problems.unreadRows();
  const allowed = shareOf(dataset.bad_rows);
  if (bad <= allowed * all) return undefined;
  const share = `${counted(bad, "bad row")} of ${all}`;
  if (allowed === 0)
    return new UserError(
      "data",
      `Data set "${dataset.name}" has ${share}, and refuses them:${examples}`,
      "Repair them, or allow a fraction of them: bad_rows: 5%.",
    );
  return new UserError(
    "data",
    `Data set "${dataset.name}" has ${share}, ${percent(bad / all)} where ${percent(allowed)} are allowed:${examples}`,
    `Repair them, or leave them out: bad_rows: ${Math.ceil((100 * bad) / all)}% allows this many, \`report\` any number.`,
  );
}

function hasRowsOf(rows: TaskRows | undefined, dataset: ResolvedDataset): boolean {
  if (rows === undefined) return false;
  for (const split of splitNames) for (const row of rows.of(split)) if (row.dataset.dataset === dataset) return true;
  return false;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/**
 * The number of rows that an undeclared class must have to count as misspelt rather than as a stray value: a hundredth
 * of all rows, or half of a class's average share.
 */
function leastRows(rows: number, classes: number): number {
  return rows * Math.min(0.01, 1 / (2 * classes));
}

/**
 * Finds an undeclared class that many rows have while no row has one of the declared classes: most likely the same
 * class in two spellings.
 */
function mistypedClasses({ datasets, tasks }: LoadedData): readonly UserError[] {
  return [...tasks.values()].flatMap(({ task }) => {
    const names = targetOf(task.target).classes?.names;
    if (!names) return [];
    const having = datasets.filter(({ dataset }) => dataset.tasks.includes(task.name) && dataset.bad_rows !== "report");
    const seen = new Map<string, { rows: number; readonly first: string }>();
    let all = 0;
    const hasTarget = presenceOfTarget(task);
    for (const { dataset, rows } of having) {
      const column = targetColumn(dataset, task) ?? "";
      for (let row = 0; row < rows.length; row++) {
        if (!hasTarget(rows.cell(row, column))) continue;
        all += 1;
        for (const name of classNamesIn(task, rows.cell(row, column))) {
          const known = seen.get(name);
          if (known) known.rows += 1;
          else seen.set(name, { rows: 1, first: `${rows.source(row).file}:${rows.number(row)}` });
        }
      }
    }
    const declared = new Set(names);
    const unseen = names.filter((name) => !seen.has(name));
    const [strange] = [...seen]
      .filter(([name, { rows }]) => !declared.has(name) && rows >= leastRows(all, declared.size))
      .sort(([, left], [, right]) => right.rows - left.rows);
    if (strange === undefined || unseen.length === 0) return [];
    const [name, { rows, first }] = strange;
    const meant = nearestName(name, unseen);
    const message = `Task "${task.name}" has no class "${abridged(name)}", which ${rows} of ${all} rows have, first ${first}; no row has ${abridgedList(unseen)}.`;
    return [
      new UserError(
        "data",
        message,
        `${meant === undefined ? "Write the names of the classes as the data has them" : `Did you mean "${abridged(name)}" where "${meant}" is declared? Names must be equal letter by letter`}; bad_rows: report leaves such rows out.`,
      ),
    ];
  });
}
