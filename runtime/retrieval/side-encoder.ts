import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { type EncodedExamples, createExampleEncoder } from "../data/batch/encode-examples.ts";
import type { RawExample } from "../data/data.ts";
import type { ExampleNotes } from "../model/pass-predictor.ts";
import type { MatcherSettings } from "./matcher.ts";

/** Some examples as a batch, with the indices of those that cannot be used. */
export interface SideBatch {
  /** The index of the first example. */
  readonly start: number;
  readonly examples: readonly RawExample[];
  readonly batch: EncodedExamples;
  readonly unusable: ReadonlySet<number>;
}

export type EncodeSide = (examples: readonly RawExample[], notes: ExampleNotes) => AsyncGenerator<SideBatch>;

/** The number of rows of the graph for many examples; a single example has a graph of its own. */
export const largestBatch = 32;

/** Encodes examples that have the inputs of one side of a pair, in batches. */
export function sideEncoder(
  { specification, preprocessing, folder }: Pick<MatcherSettings, "specification" | "preprocessing" | "folder">,
  task: ResolvedTask,
): EncodeSide {
  const tasks = { ...specification.tasks, [task.name]: task };
  const encoder = createExampleEncoder({ specification: { ...specification, tasks }, preprocessing, folder });
  return async function* (examples, { originOf, onUnusable }) {
    const size = examples.length === 1 ? 1 : largestBatch;
    for (let start = 0; start < examples.length; start += size) {
      const some = examples.slice(start, start + size);
      const unusable = new Set<number>();
      const batch = await encoder.encode({
        pass: [task.name],
        examples: some,
        origins: some.map((_, row) => originOf(start + row)),
        size,
        ...(onUnusable && {
          onUnusable: (row, error, name) => {
            unusable.add(row);
            onUnusable(start + row, error, name);
          },
        }),
      });
      yield { start, examples: some, batch, unusable };
    }
  };
}
