import type { Command } from "commander";
import { counted } from "../compiler/counted.ts";
import type { BadRows, Candidates, CarriedColumns, RowSource, TrainedModel } from "../runtime/index.ts";
import { UserError } from "../runtime/user-error.ts";
import { given, wholeNumber } from "./options.ts";
import type { Session } from "./verb.ts";

/** Options with which `mtl predict` ranks the rows of a table. */
export interface RankingOptions {
  readonly against?: string;
  readonly query?: string;
  readonly top?: number;
  readonly index?: string;
  readonly candidateColumns?: string;
}

export function addRankingOptions(command: Command): Command {
  return command
    .option(
      "--against <table>",
      "rank the rows of this table for each example, by a task that matches two modalities; or a file that --index has written, a folder, or a pattern",
    )
    .option("--top <number>", "with --against: candidates for each example; by default 10", wholeNumber({ least: 1 }))
    .option(
      "--query <modality>",
      "with --against: the modality of the examples, for which values of the other one are ranked; by default as the tables have them",
    )
    .option(
      "--index <file>",
      "with --against: keep the candidates and their vectors in this file (.safetensors), with which a later --against begins at once",
    )
    .option("--candidate-columns <names>", "with --against: the columns of candidates that are written, as --columns");
}

export interface CandidatesRequest extends RankingOptions {
  readonly task?: string;
  readonly badRows: BadRows;
  /** The examples for which candidates are ranked, if there are any. */
  readonly queries: RowSource | undefined;
  readonly onNote: (note: string) => void;
}

/** The candidates that `--against` names; `undefined` without it. */
export async function candidatesOf(
  session: Session,
  model: TrainedModel,
  request: CandidatesRequest,
  carriedColumns: (written: string) => CarriedColumns,
): Promise<Candidates | undefined> {
  const { against, query, index, task, badRows, candidateColumns, queries, onNote } = request;
  if (against === undefined) {
    refuseAlone(request);
    return undefined;
  }
  if (isIndex(against)) {
    const candidates = await model.readCandidates(against);
    if ((task ?? candidates.task) === candidates.task && (query ?? candidates.query) === candidates.query)
      return candidates;
    throw new UserError(
      "usage",
      `${against} has ${candidates.modality} for ${candidates.query}, by task ${candidates.task}.`,
      "Leave --task and --query out, or name the table instead.",
    );
  }
  const candidates = await model.candidates(
    { paths: [against] },
    {
      ...given("task", task),
      ...given("query", query),
      ...given("queries", queries),
      badRows: badRows === "refuse" ? "refuse" : "report",
      ...(candidateColumns === undefined ? {} : { carry: carriedColumns(candidateColumns) }),
      onNote,
    },
  );
  if (index !== undefined) {
    await candidates.save(index);
    session.note(`${counted(candidates.count, "candidate")} in ${index}`);
  }
  if (candidates.whyAllPairs !== undefined && queries !== undefined)
    session.note(
      `${candidates.whyAllPairs} Each example is therefore scored with each of the ${counted(candidates.count, "candidate")}, one pair at a time.`,
    );
  return candidates;
}

function isIndex(path: string): boolean {
  return path.toLowerCase().endsWith(".safetensors");
}

function refuseAlone({ query, top, index, candidateColumns }: RankingOptions): void {
  const alone = Object.entries({
    "--query": query,
    "--top": top,
    "--index": index,
    "--candidate-columns": candidateColumns,
  });
  for (const [option, value] of alone)
    if (value !== undefined)
      throw new UserError("usage", `${option} is for ranking.`, "Name the candidates with --against TABLE.");
}
