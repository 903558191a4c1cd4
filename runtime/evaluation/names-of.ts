import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { Preprocessing } from "../data/data.ts";
import { fittedBy } from "../data/fit/preprocessing.ts";
import type { Names } from "../targets/runtime-target.ts";

/** The names of a task's outputs: its classes, or the tokens of its text. */
export function namesOf(task: string, target: ResolvedTarget, preprocessing: Preprocessing): Names {
  const classes = preprocessing.classes[task] ?? [];
  // Outputs beyond the classes that the data has.
  const classOf = (index: number): string => classes[index] ?? `class ${index}`;
  const { vocabularyOf } = targetOf(target);
  if (vocabularyOf === undefined) return { classOf, tokenOf: String, textOf: String };
  const encoding = fittedBy(preprocessing).encodingOf(vocabularyOf);
  const textOf = (ids: readonly number[]): string => encoding.decode(ids);
  return { classOf, tokenOf: (id) => textOf([id]), textOf };
}
