import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import { generator } from "../random/generator.ts";
import { beamSearch } from "./beam-search.ts";
import { largest } from "./log-probabilities.ts";
import type { DecodeRequest, DecodedText, Decoding } from "./next-tokens.ts";
import { decodeOneByOne } from "./one-by-one.ts";
import { tokenSampler } from "./sample-token.ts";

/** The number of rows of a graph in which the texts of one example are decoded. */
export function rowsOfExample(decoding: ResolvedDecoding): number {
  return decoding.kind === "beam" ? decoding.width : 1;
}

/** Decodes a text for each example. */
export function decode(request: DecodeRequest, decoding: ResolvedDecoding): Decoding {
  switch (decoding.kind) {
    case "greedy":
      return decodeOneByOne(request, () => (logProbabilities) => largest(logProbabilities, 1)[0] ?? 0);
    case "beam":
      return beamSearch(request, decoding);
    case "sample":
      return decodeOneByOne(request, (key) => tokenSampler(decoding, generator(decoding.seed, "generated text", key)));
  }
}

/** The texts that are there in the end. */
export async function decodedTexts(decoding: Decoding): Promise<readonly DecodedText[]> {
  for (;;) {
    const step = await decoding.next();
    if (step.done === true) return step.value;
  }
}
