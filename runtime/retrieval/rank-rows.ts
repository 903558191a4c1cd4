import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import type { ExampleNotes } from "../model/pass-predictor.ts";
import { type BadRows, type CarriedColumns, type RowPredictions, predictRows } from "../predict/predict-rows.ts";
import type { RowPiece } from "../predict/row-sources.ts";
import type { Matcher } from "./matcher.ts";
import type { PreparedCandidates } from "./prepared-candidates.ts";
import type { RankedCandidate } from "./ranked-candidate.ts";
import { topScores } from "./top-scores.ts";

export interface RankRowsOptions {
  /** The largest number of candidates for a row, 10 by default. */
  readonly top?: number;
  /** The treatment of a row that cannot be used; by default it ends the ranking. */
  readonly badRows?: BadRows;
  /** The cells of a row that are written with its candidates; by default those that the task does not read. */
  readonly carry?: CarriedColumns;
  /** Receives a sentence about each row that cannot be used. */
  readonly onNote?: (note: string) => void;
}

type Ranked = readonly RankedCandidate[];

export interface RankRowsSettings {
  readonly specification: ResolvedSpecification;
  /** The task with the inputs that a query needs. */
  readonly task: ResolvedTask;
  readonly rank: (
    examples: readonly RawExample[],
    top: number,
    notes: ExampleNotes,
  ) => Promise<readonly (Ranked | undefined)[]>;
}

export const defaultTop = 10;

/** For each row its best candidates, the best first, each as a row of its own; a row that cannot be used has none. */
export async function* rankRows(
  pieces: AsyncIterable<RowPiece>,
  { specification, task, rank }: RankRowsSettings,
  { top = defaultTop, badRows = "refuse", carry = "others", onNote = () => undefined }: RankRowsOptions,
): AsyncGenerator<RowPredictions<RankedCandidate>> {
  for await (const row of predictRows<Ranked>(pieces, {
    specification,
    tasks: [task],
    asked: "named",
    predict: async (_, examples, notes) => new Map([[task.name, await rank(examples, top, notes)]]),
    badRows,
    carry,
    onNote,
  })) {
    const ranked = row.predictions[task.name];
    if (ranked) for (const each of ranked) yield { ...row, predictions: { [task.name]: each } };
    else yield { ...row, predictions: {} };
  }
}

/** The best candidates of each example; `undefined` for an example that is reported to `onUnusable`. */
export async function rankExamples<Query, Prepared>(
  examples: readonly RawExample[],
  {
    matcher,
    candidates,
    top,
  }: {
    readonly matcher: Matcher<Query, Prepared>;
    readonly candidates: PreparedCandidates<Prepared>;
    readonly top: number;
  },
  notes: ExampleNotes,
): Promise<readonly (Ranked | undefined)[]> {
  const all: (Ranked | undefined)[] = [];
  for (const query of await matcher.query.prepare(examples, notes)) {
    const scores = query === undefined ? undefined : await matcher.scores(query, candidates.prepared);
    all.push(
      scores &&
        topScores(scores, top).flatMap((index, place) => {
          const candidate = candidates.rows[index];
          return candidate ? [{ kind: "ranked", rank: place + 1, score: scores[index] ?? Number.NaN, candidate }] : [];
        }),
    );
  }
  return all;
}
