import { counted } from "../../../compiler/counted.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import { specialIds } from "../tokenizers/special-tokens.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";

/** One string for each segment. */
export type Segments = readonly string[];

/**
 * Reads `ids`, `mask` and, with several segments, `segments` of a text, each `[max_length]`. A separator belongs to the
 * segment that it ends, or else to the one that it begins. A text that is too long loses tokens at the end of its longest segment first, and of the later one
 * of two that are equally long. Empty text has no token: its mask is all zero, and attention and pooling over it give
 * zero.
 */
export function textReader(name: string, modality: ModalityOf<"text">): FeatureReader<Segments> {
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "fitted",
    isMissing: (value, presence) => {
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
      const lacks = (part: unknown): boolean =>
        part === undefined ||
        part === null ||
        (typeof part === "string" && modality.missing?.includes(part.trim()) === true);
      return presence === "required" ? parts.some(lacks) : parts.every((part) => lacks(part) || part === "");
    },
    parse: (value) => {
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (parts.length > modality.segments)
        throw new UnreadableValue(`it has ${counted(parts.length, "segment")} where ${modality.segments} are declared`);
      return parts.map(asText);
    },
    encode: (texts, [ids, mask, segments], { encodingOf }) => {
      const encoding = encodingOf(name);
      const joined = joinSegments(
        texts.map((text) => encoding.encode(text, modality.max_length)),
        modality,
      );
      ids?.set(joined.ids);
      mask?.fill(1, 0, joined.ids.length);
      segments?.set(joined.segments);
    },
    tokens: ([, mask]) => mask?.filter((each) => each > 0).length ?? 0,
  };
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value === undefined || value === null) return "";
  throw new UnreadableValue("it is not text");
}

/** Exported for tests. */
export function joinSegments(
  encoded: readonly (readonly number[])[],
  { max_length: most, separators: place }: Pick<ModalityOf<"text">, "max_length" | "separators">,
): { readonly ids: number[]; readonly segments: number[] } {
  const lengths = encoded.map((ids) => ids.length);
  const empty = lengths.every((length) => length === 0);
  const [before, after] = separatorsAt(place, encoded.length);
  cutLongest(lengths, Math.max(most - count(before) - count(after), 0));
  const ids: number[] = [];
  const segments: number[] = [];
  for (const [segment, tokens] of encoded.entries()) {
    const part = tokens.slice(0, lengths[segment]);
    const begin = before[segment] && !empty ? [specialIds.separator] : [];
    const end = after[segment] && !empty ? [specialIds.separator] : [];
    for (const id of [...begin, ...part, ...end]) {
      ids.push(id);
      segments.push(segment);
    }
  }
  return { ids: ids.slice(0, most), segments: segments.slice(0, most) };
}

/** For each segment, if a separator is before and after it. */
function separatorsAt(
  place: ModalityOf<"text">["separators"],
  segments: number,
): readonly [before: readonly boolean[], after: readonly boolean[]] {
  const each = Array.from({ length: segments }, (_, segment) => segment);
  return [
    each.map((segment) => place === "around" && segment > 0),
    each.map((segment) => place !== "between" || segment < segments - 1),
  ];
}

function count(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}

/** Shortens `lengths` until their sum is `most`, one token of the longest at a time. */
function cutLongest(lengths: number[], most: number): void {
  let total = lengths.reduce((sum, length) => sum + length, 0);
  while (total > most) {
    const longest = lengths.lastIndexOf(Math.max(...lengths));
    const others = lengths.filter((_, index) => index !== longest);
    // Shortens the longest to the length of the second longest in one step, so that a book takes no more time than a
    // sentence.
    const cut = Math.max(Math.min((lengths[longest] ?? 0) - Math.max(...others, 0), total - most), 1);
    lengths[longest] = (lengths[longest] ?? 0) - cut;
    total -= cut;
  }
}
