import type { ResolvedDecoding, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { generatedTextOf } from "../../compiler/targets/sequence.ts";
import type { Preprocessing } from "../data/data.ts";
import { fittedBy } from "../data/fit/preprocessing.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import type { Generation, DecodingGraphsOf } from "./generate-texts.ts";
import type { MayFollow } from "./next-tokens.ts";
import { textsAmong } from "./texts-among.ts";

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
  const chosen = decoding ?? target.decode;
  const { modality } = target;
  const encoding = fittedBy(preprocessing).encodingOf(modality);
  const length = generated.text.max_length;
  return {
    generated,
    decoding: chosen,
    mayFollow: chosen.among ? textsAmong(chosen.among, encoding, { modality, length }) : anyText(encoding.size),
    graphsOf,
  };
}

/** Lets every token of a vocabulary follow. Vocabularies may be padded to a larger size. */
function anyText(size: number): MayFollow {
  const mayBe = (token: number): boolean => token < size && token !== specialIds.padding && token !== specialIds.mask;
  return () => mayBe;
}
