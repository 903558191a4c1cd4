import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import type { FileReferences } from "../data/files/file-references.ts";
import type { ExampleNotes } from "../model/pass-predictor.ts";
import type { Turns } from "../model/turns.ts";
import type { RowPredictions } from "../predict/predict-rows.ts";
import { type RowSource, piecesOf } from "../predict/row-sources.ts";
import type { Direction } from "./direction.ts";
import type { Matcher } from "./matcher.ts";
import type { PreparedCandidates } from "./prepared-candidates.ts";
import { type RankRowsOptions, defaultTop, rankExamples, rankRows } from "./rank-rows.ts";
import type { RankedCandidate } from "./ranked-candidate.ts";

/** Values of one modality that are ranked for values of another one, by a trained task that matches the two. */
export interface Candidates {
  readonly task: string;
  /** The modality of the candidates. */
  readonly modality: string;
  /** The modality for whose values they are ranked. */
  readonly query: string;
  readonly count: number;
  /**
   * Why each pair is computed by itself, a sentence; absent where the score of a pair is the product of two vectors, so
   * that those of the candidates were computed once.
   */
  readonly whyAllPairs?: string;
  /**
   * Ranks the candidates for each of some examples: the best ones in falling order of their scores.
   *
   * @throws UserError of kind `data` if a value cannot be read.
   */
  rank(
    examples: readonly RawExample[],
    options?: Pick<RankRowsOptions, "top">,
  ): Promise<readonly (readonly RankedCandidate[])[]>;
  /** Ranks the candidates for the rows of tables, files or folders: a row for each candidate, the best first. */
  rankRows(source: RowSource, options?: RankRowsOptions): AsyncGenerator<RowPredictions<RankedCandidate>>;
  /**
   * Writes the candidates with their vectors atomically, as a safetensors file that `readCandidates` reads.
   *
   * @throws UserError of kind `usage` if they have no vectors.
   */
  save(path: string): Promise<void>;
}

export interface CandidateSetSettings<Query, Prepared> {
  readonly specification: ResolvedSpecification;
  /** The folder that file names in examples are relative to. */
  readonly folder: string;
  /** Finds the files that examples name. */
  readonly references: FileReferences;
  readonly direction: Direction;
  readonly matcher: Matcher<Query, Prepared>;
  readonly candidates: PreparedCandidates<Prepared>;
  readonly inTurn: Turns;
  readonly whyAllPairs: string | undefined;
  readonly save: Candidates["save"];
}

export function candidateSet<Query, Prepared>(settings: CandidateSetSettings<Query, Prepared>): Candidates {
  const { specification, folder, references, direction, matcher, candidates, inTurn, whyAllPairs, save } = settings;
  const { name: task } = matcher.query.task;
  const modality = specification.modalities[direction.query];
  const ranked = (examples: readonly RawExample[], top: number, notes: ExampleNotes) =>
    inTurn.run(() => rankExamples(examples, { matcher, candidates, top }, notes));
  return {
    task,
    modality: direction.candidate,
    query: direction.query,
    count: candidates.rows.length,
    ...(whyAllPairs === undefined ? {} : { whyAllPairs }),
    rank: async (examples, { top = defaultTop } = {}) => {
      const all = await ranked(examples, top, { originOf: (row) => ({ name: `Example ${row}`, references }) });
      return all.map((each) => each ?? []);
    },
    rankRows: (source, options = {}) =>
      rankRows(
        // A file is an example by itself, since only values of the query are asked for.
        piecesOf(source, {
          specification: { ...specification, modalities: modality ? { [direction.query]: modality } : {} },
          folder,
        }),
        { specification, task: matcher.query.task, rank: ranked },
        options,
      ),
    save,
  };
}
