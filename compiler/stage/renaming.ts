/**
 * `"encoder.**" -> "trunk.**"`: renames the names that match the left pattern. Each wildcard on the right becomes the
 * text that the corresponding one on the left matched; `*+1` and `*-1` become the number that is so much greater or smaller.
 */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

const wildcards = /\*\*|\*/gu;
const filledWildcards = /\*\*|\*([+-]\d+)?/gu;
const shifts = /(?<=(?<!\*)\*)[+-]\d+/gu;

/** True if both sides have the same wildcards in the same order. */
export function wildcardsAgree({ from, to }: Renaming): boolean {
  const of = (pattern: string): string => (pattern.match(wildcards) ?? []).join(" ");
  return of(from) === of(to);
}

/** The pattern of the names that the right side of a renaming gives. */
export function withoutShifts(to: string): string {
  return to.replaceAll(shifts, "");
}

/** The renaming that leads from the new names to the old ones. */
export function inverse({ from, to }: Renaming): Renaming {
  const opposite = (shift = ""): string => shift.replace(/[+-]/u, (sign) => (sign === "+" ? "-" : "+"));
  const found = to.matchAll(filledWildcards);
  const back = from.replaceAll(wildcards, (wildcard) => `${wildcard}${opposite(found.next().value?.[1])}`);
  return { from: withoutShifts(to), to: back };
}

/**
 * The new name, or `undefined` if the pattern does not match. `*` is one segment or a part of one, `**` any number of
 * segments.
 */
export function renamed(name: string, { from, to }: Renaming): string | undefined {
  const captured = captures(partsOf(from), `${name}.`)?.values();
  if (!captured) return undefined;
  const texts = [...to.matchAll(filledWildcards)].map(([, shift]) => shifted(captured.next().value ?? "", shift));
  if (texts.includes(undefined)) return undefined;
  const found = texts.values();
  const filled = to.replaceAll(filledWildcards, () => found.next().value ?? "");
  // If `**` matched no segment, one of two adjacent dots is removed.
  return filled
    .split(".")
    .filter((segment) => segment !== "")
    .join(".");
}

/** A number from 0 on that is greater or smaller than the one in the text by a shift; `undefined` if there is none. */
function shifted(text: string, shift: string | undefined): string | undefined {
  if (shift === undefined) return text;
  const number = /^\d+$/u.test(text) ? Number(text) + Number(shift) : -1;
  return number < 0 ? undefined : String(number);
}

/**
 * The current keys of a checkpoint that was written under earlier names. A key whose new name exists already is a
 * current one itself.
 */
export function renamedKeys(keys: readonly string[], renamings: readonly Renaming[]): ReadonlyMap<string, string> {
  if (renamings.length === 0) return new Map();
  const there = new Set(keys);
  return new Map(
    keys.flatMap((key) => {
      // In `state/NAME`, and `SLOT/NAME` of an optimizer, the weight's name follows the slash.
      const [, role = "", name = ""] = /^(?:([a-z_]+\/))?(.*)$/su.exec(key) ?? [];
      const now = firstRenamed(name, renamings);
      return now === undefined || there.has(`${role}${now}`) ? [] : [[key, `${role}${now}`]];
    }),
  );
}

/** Names of weights have at most a few hundred characters, but a file may have longer ones. */
const LONGEST_NAME = 1000;

/** The new name by the first renaming that matches. */
export function firstRenamed(name: string, renamings: readonly Renaming[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  for (const renaming of renamings) {
    const now = renamed(name, renaming);
    if (now !== undefined) return now;
  }
  return undefined;
}

/** A letter, `*` for one or more characters of a segment, `**` for any number of segments, each with its dot. */
type Part = string;

const parts = new Map<string, readonly Part[]>();

/** The parts of a pattern, for names with a dot after each segment. */
function partsOf(pattern: string): readonly Part[] {
  const known = parts.get(pattern);
  if (known) return known;
  const made = pattern
    .split(".")
    .flatMap((segment) => (segment === "**" ? ["**"] : [...segment.replaceAll(/\*+/gu, "*").split(""), "."]));
  parts.set(pattern, made);
  return made;
}

/**
 * The text of each wildcard: `*` as long and `**` as short as possible, from left to right. It is computed once for
 * each pair of positions if the rest of a pattern matches the rest of a name, so that the work is at most the product
 * of their lengths.
 */
function captures(pattern: readonly Part[], text: string): readonly string[] | undefined {
  const letters = text.split("");
  const fits = fittingRests(pattern, letters);
  const isFitting = (part: number, at: number): boolean => fits[part * (letters.length + 1) + at] === 1;
  if (!isFitting(0, 0)) return undefined;
  const found: string[] = [];
  let at = 0;
  for (const [index, part] of pattern.entries()) {
    const start = at;
    if (part === "*") {
      at = lastOfSegment(letters, at);
      while (!isFitting(index + 1, at)) at -= 1;
    } else if (part === "**") {
      while (!isFitting(index + 1, at)) at = lastOfSegment(letters, at) + 1;
    } else {
      at += 1;
    }
    if (part === "*" || part === "**") found.push(letters.slice(start, at).join(""));
  }
  return found;
}

/** End of the segment at a position: the position of its dot. */
function lastOfSegment(letters: readonly string[], at: number): number {
  const dot = letters.indexOf(".", at);
  return dot < 0 ? letters.length : dot;
}

/** For each position of the pattern and of the text: if the rests match. Computed from the end. */
function fittingRests(pattern: readonly Part[], letters: readonly string[]): Uint8Array {
  const width = letters.length + 1;
  const fits = new Uint8Array((pattern.length + 1) * width);
  fits[pattern.length * width + letters.length] = 1;
  for (let index = pattern.length - 1; index >= 0; index--) {
    /** True if the rest matches at the end of the current segment. */
    let behindSegment = 0;
    for (let at = letters.length; at >= 0; at--) {
      const [part, letter] = [pattern[index], letters[at]];
      const next = (place: number): number => fits[(index + 1) * width + place] ?? 0;
      const here = index * width + at;
      if (part === "**") {
        if (letter === ".") behindSegment = fits[here + 1] ?? 0;
        fits[here] = next(at) | (letter === undefined || letter === "." ? 0 : behindSegment);
      } else if (part === "*") {
        fits[here] = letter === undefined || letter === "." ? 0 : next(at + 1) | (fits[here + 1] ?? 0);
      } else {
        fits[here] = letter === part ? next(at + 1) : 0;
      }
    }
  }
  return fits;
}
