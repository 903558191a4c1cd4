import { counted } from "../../../compiler/counted.ts";
import { featuresOfCandidates } from "../../../compiler/features/features.ts";
import type { FieldCandidates } from "../columns/dataset-fields.ts";
import { rowOf } from "../columns/feature-store.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { jsonCell } from "./json-cell.ts";
import type { Decoding, FeatureReader, FeatureSlots } from "./feature-reader.ts";

/** The parsed values of all candidates of a row, as the modality's reader gives them. */
type ParsedCandidates = readonly unknown[];

/**
 * Reads a modality once for each candidate of a row. A value that the candidates share is repeated for each, and slots
 * beyond the row's candidates stay empty.
 */
export function candidatesReader(
  inner: FeatureReader,
  { most, parts }: FieldCandidates,
): FeatureReader<ParsedCandidates> {
  const partsOf = (value: unknown): readonly unknown[] =>
    parts.length === 1 ? [value] : (value as readonly unknown[]);
  const slotsAt = (slots: FeatureSlots, place: number): FeatureSlots =>
    slots.map((slot, index) => {
      const feature = inner.features[index];
      if (!feature) throw new Error(`no feature ${index}`);
      return rowOf(slot, feature, place);
    });
  const { tokens } = inner;
  return {
    features: featuresOfCandidates(inner.features, { most }),
    kind: inner.kind,
    ...(inner.decoding ? { decoding: decodingOfEach(inner.decoding) } : {}),
    ...(inner.standardised ? { standardised: inner.standardised } : {}),
    isMissing: (value, presence) =>
      (parts.length > 1 && !Array.isArray(value)) ||
      partsOf(value).some((part, index) =>
        parts[index] === "each" ? part === undefined || part === null || part === "" : inner.isMissing(part, presence),
      ),
    parse: (value) => {
      const given = partsOf(value);
      if (given.length !== parts.length)
        throw new UnreadableValue(`it has ${counted(given.length, "part")} where ${parts.length} are declared`);
      const columns = given.map((part, index) => (parts[index] === "each" ? listOf(part) : undefined));
      const count = countOf(columns, most);
      return Array.from({ length: count }, (_, candidate) => {
        const cells = given.map((part, index) => columns[index]?.[candidate] ?? part);
        return inner.parse(cells.length === 1 ? cells[0] : cells);
      });
    },
    encode: async (candidates, slots, context) => {
      for (const [place, parsed] of candidates.entries()) await inner.encode(parsed, slotsAt(slots, place), context);
    },
    ...(tokens
      ? { tokens: (slots) => Math.max(...Array.from({ length: most }, (_, place) => tokens(slotsAt(slots, place)))) }
      : {}),
  };
}

function decodingOfEach(inner: Decoding<unknown>): Decoding<ParsedCandidates> {
  return {
    version: inner.version,
    async *content(candidates, context) {
      for (const candidate of candidates) yield* inner.content(candidate, context);
    },
  };
}

/** The number of candidates of a parsed value. */
export function candidateCount(parsed: unknown): number {
  return Array.isArray(parsed) ? parsed.length : 1;
}

function countOf(columns: readonly (readonly unknown[] | undefined)[], most: number): number {
  const [count = 0, ...others] = new Set(columns.flatMap((column) => (column === undefined ? [] : [column.length])));
  if (others.length > 0)
    throw new UnreadableValue(`one column has ${counted(count, "candidate")} and another one ${others[0]}`);
  if (count === 0) throw new UnreadableValue("it has no candidates");
  if (count > most)
    throw new UnreadableValue(
      `it has ${counted(count, "candidate")} where at most ${most} ${most === 1 ? "is" : "are"} declared`,
    );
  return count;
}

/** A list, its JSON text, or names separated by `|`. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value !== "string") throw new UnreadableValue("it is not a list of candidates");
  if (!value.trim().startsWith("[")) return value.split("|").map((part) => part.trim());
  return jsonCell(value, "a list of candidates") as readonly unknown[];
}
