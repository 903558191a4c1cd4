import type { ResolvedModality } from "../schema/resolved.ts";

type Table = Extract<ResolvedModality, { readonly kind: "table" }>;

/** A column of a table as the model sees it: a range of ids in the table's single vocabulary. */
export type TableColumn = {
  readonly name: string;
  /** First id of the column, for a missing value. */ readonly missing: number;
} & (
  | { readonly kind: "numeric"; /** Id of a present value. */ readonly present: number }
  | {
      readonly kind: "categorical";
      /** Id of a category that is not in the training split. */ readonly unknown: number;
      /** First id of its `most` categories. */ readonly first: number;
      readonly most: number;
    }
);

/** All columns of a table, numeric ones first, in the order of the declaration. */
export function tableColumns({ numeric, categorical = [] }: Table): readonly TableColumn[] {
  const columns: TableColumn[] = numeric.map((name, index) => ({
    kind: "numeric",
    name,
    missing: 2 * index,
    present: 2 * index + 1,
  }));
  let next = 2 * numeric.length;
  for (const [name, most] of categorical) {
    columns.push({ kind: "categorical", name, missing: next, unknown: next + 1, first: next + 2, most });
    next += most + 2;
  }
  return columns;
}

/** Number of ids of all columns together. */
export function tableVocabulary({ numeric, categorical = [] }: Table): number {
  return 2 * numeric.length + categorical.reduce((sum, [, most]) => sum + most + 2, 0);
}
