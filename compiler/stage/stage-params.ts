import { valueOf } from "../elaborate/options/plain-values.ts";
import type { Value } from "../elaborate/value.ts";
import type { ResolvedStage } from "../schema/resolved.ts";

/** The params of a stage: those that are given for all stages, as by `--set`, then those of its `with`. */
export function paramsOf(
  given: ReadonlyMap<string, Value>,
  stage: Pick<ResolvedStage, "with"> | undefined,
): ReadonlyMap<string, Value> {
  return new Map([
    ...given,
    ...Object.entries(stage?.with ?? {}).map(([param, value]): [string, Value] => [param, valueOf(value)]),
  ]);
}
