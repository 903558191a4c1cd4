import { UserError } from "../user-error.ts";

/** Choices of a value, each as the text that `--set` takes. */
export interface Choices {
  readonly kind: "choices";
  readonly values: readonly string[];
}

/** The numbers from `low` to `high`, both included. */
export interface NumberRange {
  readonly kind: "range";
  readonly low: number;
  readonly high: number;
  /** A unit that follows each number, such as `%`. */
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly numbers: "whole" | "real";
}

/** A param or an option that is searched, and its values. */
export interface Dimension {
  /** `width`, or a path such as `fit.optimizer.rate`. */
  readonly name: string;
  readonly values: Choices | NumberRange;
}

export type Space = readonly Dimension[];

/** The numbers that a param or an option takes: `any` where both kinds are possible, and `none` where it takes no number. */
export type KindOfNumbers = (name: string) => "whole" | "real" | "any" | "none";

/**
 * Reads `width=32..256 times 2, fit.optimizer.rate=1e-4..1e-2 log, fit.sampler=uniform|proportional`. Commas and bars
 * within brackets and quotes belong to a value.
 *
 * @throws UserError that names the part which cannot be read.
 */
export function parseSpace(texts: readonly string[], kindOf: KindOfNumbers): Space {
  const parts = texts.flatMap((text) => splitOutside(text, ",")).filter((part) => part !== "");
  if (parts.length === 0) throw refuse("There is nothing to search over", undefined);
  const space = parts.map((part) => parseDimension(part, kindOf));
  const twice = space.find(({ name }, index) => space.findIndex((other) => other.name === name) !== index);
  if (twice) throw new UserError("usage", `--over names "${twice.name}" twice.`, "Keep one of the two.");
  return space;
}

function parseDimension(part: string, kindOf: KindOfNumbers): Dimension {
  const [, name, text] = /^([A-Za-z_]\w*(?:\.\w+)*)\s*=\s*(\S.*)$/su.exec(part) ?? [];
  if (name === undefined || text === undefined) throw refuse(`"${part}" is no dimension of a search`, undefined);
  const range = rangePattern.exec(text);
  if (range) return { name, values: rangeOf(name, range.groups as unknown as WrittenRange, kindOf(name)) };
  const values = splitOutside(text, "|");
  if (values.includes("")) throw refuse("A choice is empty", name);
  if (new Set(values).size < values.length) throw refuse("A choice is given twice", name);
  return { name, values: { kind: "choices", values } };
}

const number = String.raw`-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const rangePattern = new RegExp(
  String.raw`^(?<low>${number})(?<lowUnit>[A-Za-z%]*)\s*\.\.\s*(?<high>${number})(?<unit>[A-Za-z%]*)(?:\s+(?<word>[a-z]+)(?:\s+(?<by>${number}))?)?$`,
  "u",
);

interface WrittenRange {
  readonly low: string;
  readonly lowUnit: string;
  readonly high: string;
  readonly unit: string;
  readonly word: string | undefined;
  readonly by: string | undefined;
}

function rangeOf(name: string, written: WrittenRange, kind: ReturnType<KindOfNumbers>): Choices | NumberRange {
  const { lowUnit, unit, word, by } = written;
  const [low, high] = [Number(written.low), Number(written.high)];
  if (kind === "none") throw refuse(`"${name}" takes no number, so it has no range`, name);
  if (lowUnit !== unit && lowUnit !== "") throw refuse("Both ends of a range have the same unit", name);
  if (!(low < high)) throw refuse(`${written.low} is not below ${written.high}`, name);
  if ((word === "log" || word === "times") && low <= 0) throw refuse(`A range with \`${word}\` is above 0`, name);
  const isWhole = Number.isInteger(low) && Number.isInteger(high);
  if (kind === "whole" && !isWhole) throw refuse(`"${name}" takes whole numbers`, name);
  const numbers = kind === "whole" || (kind === "any" && isWhole && unit === "") ? "whole" : "real";
  const divided = divide({ kind: "range", low, high, unit, numbers, scale: "linear" }, word, Number(by));
  if (divided) return divided;
  throw refuse(`"${word ?? ""}${by === undefined ? "" : ` ${by}`}" is not a way to divide a range`, name);
}

/** The range on its scale, or its numbers at steps; `undefined` where the words say neither. */
function divide(range: NumberRange, word: string | undefined, by: number): Choices | NumberRange | undefined {
  if (word === undefined) return range;
  if (word === "log") return Number.isNaN(by) ? { ...range, scale: "log" } : undefined;
  if (word === "step" && by > 0) return choices(range, (value) => value + by);
  if (word === "times" && by > 1) return choices(range, (value) => value * by);
  return undefined;
}

const mostChoices = 10_000;

function choices({ low, high, unit }: NumberRange, next: (value: number) => number): Choices {
  const values: string[] = [];
  // The last value is reached although sums and products of fractions round.
  for (let value = low; value <= high * (1 + 1e-12) && values.length < mostChoices; value = next(value))
    values.push(`${rounded(value, 12)}${unit}`);
  return { kind: "choices", values };
}

/** A number with at most these significant digits, as the language writes it. */
export function rounded(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** The parts between separators that are not within brackets or quotes, without spaces around them. */
export function splitOutside(text: string, separator: "," | "|"): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === "\\") at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(begin, at).trim());
      begin = at + 1;
    }
  }
  return [...parts, text.slice(begin).trim()];
}

function refuse(reason: string, name: string | undefined): UserError {
  const of = name ?? "NAME";
  return new UserError(
    "usage",
    `${reason}${name === undefined ? "" : `, in --over "${name}=…"`}.`,
    `Write --over "${of}=LOW..HIGH", with \`log\`, \`step N\` or \`times N\` after it, or choices: --over "${of}=A|B". Several are separated by commas.`,
  );
}
