import type { ResolvedDecoding, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { generatedTextOf } from "../../compiler/targets/sequence.ts";
import type { Preprocessing } from "../data/data.ts";
import { fittedBy } from "../data/fit/preprocessing.ts";
import type { Generation, DecodingGraphsOf } from "./generate-texts.ts";

export interface GenerationContext {
  readonly specification: Pick<ResolvedSpecification, "modalities">;
  readonly preprocessing: Preprocessing;
  readonly graphsOf: DecodingGraphsOf;
  /** Absent for the decoding that the specification declares. */
  readonly decoding?: ResolvedDecoding | undefined;
}

/** The text that a task generates; undefined if it generates none. */
export function generationOf(
  { target }: Pick<ResolvedTask, "target">,
  { specification, preprocessing, graphsOf, decoding }: GenerationContext,
): Generation | undefined {
  const generated = target.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
  if (target.kind !== "sequence" || !generated) return undefined;
  const { size: tokens } = fittedBy(preprocessing).encodingOf(target.modality);
  return { generated, decoding: decoding ?? target.decode, tokens, graphsOf };
}
