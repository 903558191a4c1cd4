import type { ResolvedModality } from "../../../compiler/schema/resolved.ts";

const mask = "[MASK]";

/** True if a text has a token that the model must find. */
export function isMasked(value: unknown): boolean {
  return [value].flat().some((part) => typeof part === "string" && part.includes(mask));
}

/** One token of this many is hidden. */
const every = 6;

/** A text of the data with tokens that the model must find: letters of a text that is read byte by byte, else words. */
export function masked(value: unknown, modality: ResolvedModality | undefined): unknown {
  if (typeof value !== "string" || modality?.kind !== "text") return value;
  const isBytes = modality.tokenizer.kind === "bytes";
  const tokens = isBytes ? Array.from(value) : value.split(" ");
  const first = Math.floor((Math.min(every, tokens.length) - 1) / 2);
  return tokens.map((token, index) => (index % every === first ? mask : token)).join(isBytes ? "" : " ");
}
