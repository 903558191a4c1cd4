import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { type TableHead, inputColumnsOf } from "../predict/input-columns.ts";
import type { RowPiece } from "../predict/row-sources.ts";
import { UserError } from "../user-error.ts";
import { readingOnly } from "./matcher.ts";

/** The two modalities that a task matches. */
export type Pair = readonly [first: string, second: string];

/** The two modalities of a pair: values of `candidate` are ranked for a value of `query`. */
export interface Direction {
  readonly query: string;
  readonly candidate: string;
}

/** Both directions in which a task ranks, or the one of the named query. */
export function directionsOf(name: string, [first, second]: Pair, query: string | undefined): readonly Direction[] {
  const both: readonly Direction[] = [
    { query: first, candidate: second },
    { query: second, candidate: first },
  ];
  const chosen = both.filter((each) => query === undefined || each.query === query);
  if (chosen.length > 0) return chosen;
  throw new UserError(
    "usage",
    `Task ${name} does not match ${query ?? ""} with anything.`,
    `It matches ${first} with ${second}: name one of them as the query.`,
  );
}

/** The directions for which a table has the columns of a side; all of them, if it has those of none. */
export function readableDirections(
  directions: readonly Direction[],
  side: keyof Direction,
  {
    head,
    specification,
    task,
  }: {
    readonly head: TableHead | undefined;
    readonly specification: ResolvedSpecification;
    readonly task: ResolvedTask;
  },
): readonly Direction[] {
  const has = (modality: string): boolean => {
    if (!head || head.keys === "modalities") return head?.columns.includes(modality) ?? true;
    try {
      return (
        inputColumnsOf(
          specification,
          readingOnly(task, (name) => name === modality),
          head,
        ).length > 0
      );
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  const found = directions.filter((each) => has(each[side]));
  return found.length > 0 ? found : directions;
}

/** Rows with the head of their first piece, if there is a piece. */
export interface OpenedRows {
  readonly head: TableHead | undefined;
  readonly pieces: AsyncIterable<RowPiece>;
}

export async function openRows(pieces: AsyncGenerator<RowPiece>): Promise<OpenedRows> {
  const first = await pieces.next();
  if (first.done === true) return { head: undefined, pieces };
  const all = async function* (): AsyncGenerator<RowPiece> {
    yield first.value;
    yield* pieces;
  };
  return { head: first.value.head, pieces: all() };
}
