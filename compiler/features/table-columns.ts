import type { ResolvedModality } from "../schema/resolved.ts";

type Table = Extract<ResolvedModality, { readonly kind: "table" }>;

/** A column of a table as the model sees it: a stretch of the table's one vocabulary. */
export type TableColumn = {
  readonly name: string;
  /** Of its first id, which says that the row lacks it. */ readonly missing: number;
} & (
  | { readonly kind: "numeric"; /** The id that says that the row has it. */ readonly present: number }
  | {
      readonly kind: "categorical";
      /** The id of a category that training has not seen. */ readonly unknown: number;
      /** The first of its `most` categories. */ readonly first: number;
      readonly most: number;
    }
);

/** Numeric columns first, in the order of the declaration. */
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

/** Ids of all columns together. */
export function tableVocabulary({ numeric, categorical = [] }: Table): number {
  return 2 * numeric.length + categorical.reduce((sum, [, most]) => sum + most + 2, 0);
}
