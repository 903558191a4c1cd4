import { counted } from "../../../compiler/counted.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { jsonCell } from "../features/json-cell.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float32 [most]`: the relevance of each candidate, −1 where there is none. The place of the relevant one, from 0, or a list of grades; in text files as JSON. */
export const ranking: TargetReader = {
  namesIn: () => [],
  encode: (value, _classes, slot, candidates) => {
    const relevances = gradesOf(value, candidates);
    if (!relevances.some((grade) => grade > 0)) throw new UnreadableValue("no candidate is relevant");
    slot.fill(-1);
    slot.set(relevances);
  },
};

function gradesOf(value: unknown, candidates: number): readonly number[] {
  const given: unknown =
    typeof value === "string" && value.trim().startsWith("[") ? jsonCell(value, "a list of numbers") : value;
  if (Array.isArray(given)) {
    const grades = given.map((grade) => cellNumber(grade));
    if (grades.length !== candidates)
      throw new UnreadableValue(
        `it has ${counted(grades.length, "grade")} where there ${candidates === 1 ? "is" : "are"} ${counted(candidates, "candidate")}`,
      );
    if (grades.some((grade) => grade < 0)) throw new UnreadableValue("a relevance is less than 0");
    return grades;
  }
  const place = cellNumber(given);
  if (!Number.isInteger(place) || place < 0 || place >= candidates)
    throw new UnreadableValue(`${place} is not the place of one of ${candidates} candidates, counted from 0`);
  return Array.from({ length: candidates }, (_, candidate) => (candidate === place ? 1 : 0));
}
