import type { Span } from "../../grammar/ast.ts";
import { entrySymbols } from "../bind/bind.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { optionOf } from "../elaborate/uses.ts";
import { targetOf } from "../targets/index.ts";
import type { Candidates, ResolvedColumn, ResolvedColumns, ResolvedDataset, ResolvedTask } from "../schema/resolved.ts";

/**
 * Tasks with the candidates that the columns of their data sets declare. Only a ranking has them, and its data sets
 * must agree.
 */
export function withCandidates(
  elaboration: Elaboration,
  tasks: ReadonlyMap<string, ResolvedTask>,
  datasets: readonly ResolvedDataset[],
): ReadonlyMap<string, ResolvedTask> {
  return new Map(
    [...tasks].map(([name, task]) => {
      const candidates = candidatesOf(
        elaboration,
        task,
        datasets.filter((dataset) => dataset.tasks.includes(name)),
      );
      return [name, candidates ? { ...task, candidates } : task];
    }),
  );
}

function candidatesOf(
  elaboration: Elaboration,
  task: ResolvedTask,
  datasets: readonly ResolvedDataset[],
): Candidates | undefined {
  const { reporter } = elaboration;
  const target = targetOf(task.target);
  let agreed: Candidates | undefined;
  for (const dataset of datasets) {
    const at = columnsAt(elaboration, dataset.name);
    const sizes = sizesOf(task, dataset);
    const [most] = sizes;
    if (!target.ranksCandidates || target.drawnRows) {
      if (most !== undefined)
        reporter.report("candidates_without_ranking", at, { task: task.name, target: target.description });
      continue;
    }
    if (most === undefined) {
      reporter.report("ranking_without_candidates", at, { task: task.name, dataset: dataset.name });
      continue;
    }
    const candidates = { most, parts: partsOf(task, dataset) };
    if (sizes.some((size) => size !== most) || (agreed && JSON.stringify(agreed) !== JSON.stringify(candidates)))
      reporter.report("candidates_differ", at, { task: task.name });
    agreed ??= candidates;
  }
  return agreed;
}

const listOf = (columns: ResolvedColumns | undefined): Exclude<ResolvedColumns, string> =>
  columns === undefined ? [] : typeof columns === "string" ? [columns] : columns;

type EachColumn = Extract<ResolvedColumn, { readonly kind: "each" }>;

export function isEach(column: string | ResolvedColumn): column is EachColumn {
  return typeof column !== "string" && column.kind === "each";
}

function sizesOf({ inputs }: ResolvedTask, { columns }: ResolvedDataset): readonly number[] {
  return inputs.flatMap(({ modality }) =>
    listOf(columns[modality]).flatMap((column) => (isEach(column) ? [column.max_candidates] : [])),
  );
}

function partsOf({ inputs }: ResolvedTask, { columns }: ResolvedDataset): Candidates["parts"] {
  const parts = inputs.map(
    ({ modality }) =>
      [modality, listOf(columns[modality]).map((column) => (isEach(column) ? "each" : "shared"))] as const,
  );
  return Object.fromEntries(parts.filter(([, kinds]) => kinds.includes("each")));
}

function columnsAt(elaboration: Elaboration, name: string): Span {
  const declaration = entrySymbols(elaboration.bindings).find(
    (symbol) => symbol.kind === "Dataset" && symbol.name.name === name,
  );
  if (declaration?.kind !== "Dataset") throw new Error(`no data set "${name}"`);
  return optionOf(declaration, "columns")?.span ?? declaration.name.span;
}
