import type { Graph } from "../../compiler/graph/graph.ts";
import { type AnyBatch, anyBatch } from "../../compiler/lower/onnx/any-batch.ts";
import { UserError } from "../user-error.ts";

/**
 * The numbers of rows that a graph is made for. Where one of them is also another size of the model, a graph may lack an operation that the others have,
 * and the next numbers are tried.
 */
const trials: readonly (readonly number[])[] = [
  [7, 11, 13],
  [17, 19, 23],
  [29, 31, 37],
];

/** A graph for any number of rows. Throws a `UserError` if its sizes do not follow from the number. */
export function graphOfAnyBatch(make: (rows: number) => Graph, of: string): AnyBatch {
  const problems: string[] = [];
  for (const numbers of trials) {
    const result = anyBatch(numbers.map((rows) => ({ rows, graph: make(rows) })));
    if (!("problem" in result)) return result;
    problems.push(result.problem);
  }
  throw new UserError(
    "specification",
    `${of} cannot be one graph for any number of rows: ${problems[0]} depends on the number in another way than as a multiple.`,
    "Give the number of rows by --batch; the graph is then made for it alone.",
  );
}
