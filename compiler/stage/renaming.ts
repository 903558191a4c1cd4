/** `"encoder.**" -> "trunk.**"`: names that match the left become the right, where each wildcard takes what the one in its place on the left matched. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

const wildcards = /\*\*|\*/gu;

/** Whether both sides have the same wildcards in the same order. */
export function wildcardsAgree({ from, to }: Renaming): boolean {
  const of = (pattern: string): string => (pattern.match(wildcards) ?? []).join(" ");
  return of(from) === of(to);
}

/** What a name becomes; nothing where it does not match. `*` is one segment or a part of one, `**` any number of segments. */
export function renamed(name: string, { from, to }: Renaming): string | undefined {
  const captured = captures(partsOf(from), `${name}.`);
  if (!captured) return undefined;
  let index = 0;
  const filled = to.replaceAll(wildcards, () => captured[index++] ?? "");
  // Where `**` matched no segment, nothing stands between two dots.
  return filled
    .split(".")
    .filter((segment) => segment !== "")
    .join(".");
}

/** A letter, `*` for one character of a segment or more, `**` for any number of segments with the dot behind each. */
type Part = string;

const parts = new Map<string, readonly Part[]>();

/** What names with a dot behind each segment are compared with. */
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
 * What each wildcard stands for: `*` as much and `**` as little as it can, from left to right. Whether the rest of a pattern fits the rest of a
 * name is told once for each pair of places, so that the work is the product of their lengths and no more.
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

/** Where the segment that a place is in ends: at its dot. */
function lastOfSegment(letters: readonly string[], at: number): number {
  const dot = letters.indexOf(".", at);
  return dot < 0 ? letters.length : dot;
}

/** For each place of the pattern and of the text, whether what is behind them fits; from the end. */
function fittingRests(pattern: readonly Part[], letters: readonly string[]): Uint8Array {
  const width = letters.length + 1;
  const fits = new Uint8Array((pattern.length + 1) * width);
  fits[pattern.length * width + letters.length] = 1;
  for (let index = pattern.length - 1; index >= 0; index--) {
    /** Whether the rest fits at the end of the segment that a place is in. */
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
