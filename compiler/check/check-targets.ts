import type { Program } from "../stage/checked-program.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { ownColumns } from "../features/features.ts";
import type { ResolvedDataset } from "../schema/resolved.ts";
import { targetOf } from "../targets/index.ts";

/** Reports tasks that read the column which they predict, as far as the specification alone shows this. */
export function checkTargets(
  { specification, declarations }: Pick<Program, "specification" | "declarations">,
  reporter: Reporter,
): void {
  for (const [name, declaration] of declarations.tasks) {
    const task = specification.tasks[name];
    const field = task && targetOf(task.target).column?.name;
    if (!task || field === undefined) continue;
    const target = optionOf(declaration, "target");
    for (const dataset of Object.values(specification.datasets)) {
      if (!dataset.tasks.includes(name)) continue;
      const [column] = columnsOf(dataset, field, field);
      const read = task.inputs.find(({ modality }) =>
        columnsOf(dataset, modality, ownColumns(modality, specification.modalities[modality])).includes(column),
      );
      if (read && column !== undefined)
        reporter.report("target_among_inputs", target?.span ?? declaration.name.span, {
          task: name,
          column,
          modality: read.modality,
          dataset: dataset.name,
        });
    }
  }
}

/** Reports texts that are to be generated and have no token that ends them. */
export function checkGenerated(
  { specification, declarations }: Pick<Program, "specification" | "declarations">,
  reporter: Reporter,
): void {
  for (const [name, declaration] of declarations.tasks) {
    const target = specification.tasks[name]?.target;
    const modality = target && targetOf(target).generates;
    const text = modality === undefined ? undefined : specification.modalities[modality];
    if (modality === undefined || text?.kind !== "text") continue;
    const reason = text.segments > 1 ? `it has ${text.segments} segments` : "no token ends its texts";
    if (text.segments === 1 && text.separators === "after") continue;
    reporter.report("sequence_without_end", optionOf(declaration, "target")?.span ?? declaration.name.span, {
      modality,
      reason,
    });
  }
}

function columnsOf(
  { columns }: ResolvedDataset,
  field: string,
  own: string | readonly string[],
): readonly (string | undefined)[] {
  return [columns[field] ?? own].flat().map((column) => (typeof column === "string" ? column : column.column));
}
