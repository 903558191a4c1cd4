import type { WorstExample } from "../../../runtime/evaluation/evaluation-file.ts";
import { boxesInWords, boxesOf } from "../../../runtime/report/boxed-picture.ts";
import type { ReadableValue } from "../../../runtime/targets/runtime-target.ts";
import { rounded } from "./numbers.ts";

type Row = Pick<WorstExample, "target" | "prediction" | "inputs">;

export interface RowInWords {
  readonly right: string;
  readonly predicted: string;
}

const mostCharacters = 120;

/** The target of a row and what was predicted for it, as a reader says them, by the kind of the target. */
export function inWords(kind: string, { target, prediction, inputs }: Row): RowInWords {
  switch (kind) {
    case "choice":
      return pair(listed(target, region, " or "), listed(firstOf(prediction), region));
    case "ranking": {
      const { texts = [] } = inputs.toSorted((one, other) => other.texts.length - one.texts.length)[0] ?? {};
      const named = (index: number): string => texts[index] ?? `candidate ${index + 1}`;
      return pair(listed(target, named, " or "), listed(firstOf(prediction), named));
    }
    case "matching": {
      const [own] = numbersIn(target);
      const order = numbersIn(prediction);
      return pair("its own pair is the first", `it is number ${order.indexOf(own ?? -1) + 1} of ${order.length}`);
    }
    case "contrastive":
      return pair("likeness 1", `likeness ${value(prediction)}`);
    case "masked_classes":
      return pair(listed(target, classNumber), listed(prediction, classNumber));
    case "masked_values":
      return pair(`means ${value(target)}`, value(prediction));
    case "masked":
    case "tags":
      return pair(value(target, " "), value(prediction, " "));
    default:
      return pair(value(target), value(prediction));
  }
}

const region = (index: number): string => `region ${index + 1}`;
const classNumber = (index: number): string => `class ${index}`;

function pair(right: string, predicted: string): RowInWords {
  return { right: shortened(right), predicted: shortened(predicted) };
}

function listed(of: ReadableValue, name: (index: number) => string, between = ", "): string {
  return numbersIn(of).map(name).join(between) || "none";
}

function firstOf(of: ReadableValue): readonly number[] {
  return numbersIn(of).slice(0, 1);
}

function numbersIn(of: ReadableValue): readonly number[] {
  return Array.isArray(of) ? of.filter((each) => typeof each === "number") : [];
}

function value(of: ReadableValue, between = ", "): string {
  const boxes = boxesOf(of);
  if (boxes) return boxesInWords(boxes);
  if (typeof of === "string") return of;
  if (typeof of === "number") return rounded(of);
  if (Array.isArray(of))
    return of.map((each: string | number) => (typeof each === "number" ? rounded(each) : each)).join(between) || "none";
  return "not finite";
}

export function shortened(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
