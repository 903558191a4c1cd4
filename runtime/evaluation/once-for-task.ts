import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Data } from "../data/data.ts";

type OfTask<Specification, Result> = (task: ResolvedTask, data: Data, specification: Specification) => Promise<Result>;

/**
 * Wraps a function so that it computes its result once for each task of the same data. Results are kept as long as the
 * data is.
 */
export function onceForTask<Specification, Result>(
  compute: OfTask<Specification, Result>,
): OfTask<Specification, Result> {
  const known = new WeakMap<Data, Map<string, Promise<Result>>>();
  return (task, data, specification) => {
    const ofData = known.get(data) ?? new Map<string, Promise<Result>>();
    known.set(data, ofData);
    const result = ofData.get(task.name) ?? compute(task, data, specification);
    ofData.set(task.name, result);
    return result;
  };
}
