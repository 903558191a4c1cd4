import { shellWord } from "../../shell-words.ts";
import { counted } from "../../../compiler/counted.ts";
import { placeText } from "../problem-log.ts";
import type { Leak } from "./leaks.ts";

/** Gives `3 of 1456 test rows of genre have the input of a training row of fill`. */
function describeLeak({ task, split, trained, same, rows, of }: Leak): string {
  const whose = trained === task ? "a training row" : `a training row of ${trained}`;
  return `${rows} of ${counted(of, `${split} row`)} of ${task} ${rows === 1 ? "has" : "have"} the input of ${whose}${same === "text" ? ", up to case and spaces" : ""}`;
}

/** A sentence about the largest leak, for the start of a training; `undefined` if there is no leak. */
export function leakNote(leaks: readonly Leak[], specification: string): string | undefined {
  const [largest] = leaks.toSorted((left, right) => right.rows - left.rows);
  if (largest === undefined) return undefined;
  const others =
    leaks.length === 1
      ? ""
      : `, and there ${leaks.length === 2 ? "is" : "are"} ${counted(leaks.length - 1, "more leak")}`;
  return `${describeLeak(largest)}${others}: mtl data stats ${shellWord(specification)} lists ${leaks.length === 1 ? "it" : "them"}.`;
}

/** A line for each leak, with its first rows. */
export function leakLines(leaks: readonly Leak[]): readonly string[] {
  return leaks.map(
    (leak) => `${describeLeak(leak)}: ${placeText(leak.first.evaluated)} is ${placeText(leak.first.trained)}.`,
  );
}
