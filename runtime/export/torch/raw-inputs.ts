import { ownColumns } from "../../../compiler/features/features.ts";
import type { ResolvedColumns, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { UserError } from "../../user-error.ts";
import type { PassTensors } from "./pass-tensors.ts";

/** The kinds of modalities of which `preprocess.py` makes features. */
const readInPython: ReadonlySet<string> = new Set(["text", "table", "series", "tensor", "audio", "image"]);

/** The columns of the modalities that `train.py` reads from the tables itself, by data set. */
export interface RawColumns {
  readonly [dataset: string]: { readonly [modality: string]: ResolvedColumns };
}

/** The columns from which `preprocess.py` makes the inputs of a stage. Throws a `UserError` if it cannot make them. */
export function rawColumns(specification: ResolvedSpecification, { tasks }: Pick<StagePlan, "tasks">): RawColumns {
  const { modalities, datasets } = specification;
  const read = new Map(
    tasks.flatMap((task) =>
      (specification.tasks[task]?.inputs ?? []).map(({ modality }) => [modality, modalities[modality]] as const),
    ),
  );
  for (const [name, modality] of read)
    if (!modality || !readInPython.has(modality.kind))
      throw new UserError(
        "specification",
        `preprocess.py makes no features of ${name}, which is of the kind ${modality?.kind ?? "unknown"}.`,
        "Export the features, without --raw.",
      );
  return Object.fromEntries(
    Object.entries(datasets).map(([name, { columns }]) => [
      name,
      Object.fromEntries([...read].map(([field, modality]) => [field, columns[field] ?? ownColumns(field, modality)])),
    ]),
  );
}

/** The tensors of a pass without those that `preprocess.py` makes. */
export function withoutInputs(whole: PassTensors, plan: StagePlan, pass: readonly string[]): PassTensors {
  const made = new Set(
    pass.flatMap((task) =>
      plan
        .predict(task, { batch: 1 })
        .inputs.flatMap(({ role }) => (role.kind === "feature" ? (whole.features[task]?.[role.feature] ?? []) : [])),
    ),
  );
  return { ...whole, tensors: whole.tensors.filter(({ name }) => !made.has(name)) };
}
