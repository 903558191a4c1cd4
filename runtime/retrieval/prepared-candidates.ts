import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { type BadRows, type CarriedColumns, predictRows } from "../predict/predict-rows.ts";
import type { RowPiece } from "../predict/row-sources.ts";
import { UserError } from "../user-error.ts";
import type { MatchedSide } from "./matcher.ts";
import type { Candidate } from "./ranked-candidate.ts";

/** Candidates in their order, with what was computed of each. */
export interface PreparedCandidates<Prepared> {
  readonly rows: readonly Candidate[];
  readonly prepared: readonly Prepared[];
}

export interface ReadingSettings {
  readonly specification: ResolvedSpecification;
  /** The treatment of a row that cannot be used; it is never kept as a candidate. */
  readonly badRows: Exclude<BadRows, "keep">;
  /** The cells of a row that are written where it is ranked. */
  readonly carry: CarriedColumns;
  readonly onNote: (note: string) => void;
}

/**
 * Reads rows as candidates.
 *
 * @throws UserError of kind `data` if there are none.
 */
export async function readCandidates<Prepared>(
  pieces: AsyncIterable<RowPiece>,
  { task, prepare }: MatchedSide<Prepared>,
  settings: ReadingSettings,
): Promise<PreparedCandidates<Prepared>> {
  const rows: Candidate[] = [];
  const prepared: Prepared[] = [];
  for await (const { predictions, file, row, columns } of predictRows<{ readonly value: Prepared }>(pieces, {
    ...settings,
    tasks: [task],
    asked: "named",
    predict: async (_, examples, notes) => {
      const values = await prepare(examples, notes);
      return new Map([[task.name, values.map((value) => (value === undefined ? undefined : { value }))]]);
    },
  })) {
    const found = predictions[task.name];
    if (!found) continue;
    rows.push({
      index: rows.length,
      ...(file === undefined ? {} : { file }),
      ...(row === undefined ? {} : { row }),
      columns: Object.fromEntries(Object.entries(columns).filter(([, cell]) => !(cell instanceof Uint8Array))),
    });
    prepared.push(found.value);
  }
  if (rows.length === 0)
    throw new UserError("data", "There are no candidates.", "Give a table with at least one row that can be used.");
  return { rows, prepared };
}
