/** Syntax of names: their separator, and the segments that wildcards skip. */
export interface Dialect {
  readonly separator: "." | "/";
  /** A segment with this prefix is matched only if the pattern writes the prefix. */
  readonly hidden?: ".";
}

export const weightNames: Dialect = { separator: "." };
export const filePaths: Dialect = { separator: "/", hidden: "." };

export type Part =
  | { readonly kind: "letter"; readonly letter: string }
  /** `?`: one character of a segment. */
  | { readonly kind: "one" }
  /** `*`: any number of characters, or at least one if it is a segment of its own. */
  | { readonly kind: "many" }
  | { readonly kind: "some" }
  /** `**.`: any number of segments, each followed by a separator; `.**`: each preceded by one. */
  | { readonly kind: "segments"; readonly separators: "behind" | "before" }
  /** `**` alone: one or more segments. */
  | { readonly kind: "everything" }
  /** `[a-f0]`, `[!a-f]`. */
  | { readonly kind: "set"; readonly ranges: readonly (readonly [string, string])[]; readonly negated: "yes" | "no" }
  /** `{0..11}`: an integer as written; `digits` is its width if it is written with leading zeros. */
  | { readonly kind: "number"; readonly from: number; readonly to: number; readonly digits: number }
  /** `{a,b*}`. */
  | { readonly kind: "either"; readonly alternatives: readonly (readonly Part[])[] };

/** True if a pattern could match anything but itself. */
export function hasWildcards(pattern: string): boolean {
  return /[*?[{\\]/u.test(pattern);
}

/** Brackets that are not closed, and braces around neither a list nor a range, are literal characters. */
export function parseGlob(pattern: string, dialect: Dialect): readonly Part[] {
  return new GlobParser(pattern, dialect).sequence("");
}

class GlobParser {
  readonly #text: string;
  readonly #separator: string;
  readonly #braces: Braces;
  #at = 0;

  constructor(text: string, { separator }: Dialect) {
    this.#text = text;
    this.#separator = separator;
    this.#braces = findBraces(text);
  }

  /** Parses up to one of the characters `ends`, or to the end of the pattern. */
  sequence(ends: "" | ",}"): readonly Part[] {
    const parts: Part[] = [];
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#isEnd(this.#at, ends)) {
      if (this.#isSegments(start, ends)) this.#segments(parts, ends);
      else parts.push(this.#part());
    }
    return parts;
  }

  #isEnd(at: number, ends: string): boolean {
    return at >= this.#text.length || (ends.includes(this.#text.charAt(at)) && !this.#braces.letters.has(at));
  }

  /** `**` matches segments only if it is a whole segment. */
  #isSegments(start: number, ends: string): boolean {
    return (
      this.#text.startsWith("**", this.#at) &&
      (this.#at === start || this.#text.charAt(this.#at - 1) === this.#separator) &&
      this.#endsSegment(this.#at + 2, ends)
    );
  }

  #endsSegment(at: number, ends: string): boolean {
    return this.#text.charAt(at) === this.#separator || this.#isEnd(at, ends);
  }

  #segments(parts: Part[], ends: string): void {
    this.#at += 2;
    while (this.#text.startsWith(`${this.#separator}**`, this.#at) && this.#endsSegment(this.#at + 3, ends))
      this.#at += 3;
    if (this.#text.charAt(this.#at) === this.#separator) {
      this.#at += 1;
      parts.push({ kind: "segments", separators: "behind" });
      return;
    }
    const before = parts.at(-1);
    if (before?.kind === "letter" && before.letter === this.#separator)
      parts.splice(-1, 1, { kind: "segments", separators: "before" });
    else parts.push({ kind: "everything" });
  }

  #part(): Part {
    const letter = this.#text.charAt(this.#at);
    switch (letter) {
      case "\\":
        return this.#at + 1 < this.#text.length
          ? this.#skip(2, { kind: "letter", letter: this.#text.charAt(this.#at + 1) })
          : this.#skip(1, { kind: "letter", letter });
      case "?":
        return this.#skip(1, { kind: "one" });
      case "*":
        return this.#stars();
      case "[":
        return this.#set() ?? this.#skip(1, { kind: "letter", letter });
      case "{":
        return (
          this.#range() ?? (this.#braces.lists.has(this.#at) ? this.#list() : this.#skip(1, { kind: "letter", letter }))
        );
      default:
        return this.#skip(1, { kind: "letter", letter });
    }
  }

  #skip(count: number, part: Part): Part {
    this.#at += count;
    return part;
  }

  /** A segment is never empty, so a star that is a whole segment matches at least one character. */
  #stars(): Part {
    const start = this.#at;
    while (this.#text.charAt(this.#at) === "*") this.#at += 1;
    const isEdge = (edge: string): boolean => edge === "" || edge === this.#separator;
    return { kind: isEdge(this.#text.charAt(start - 1)) && isEdge(this.#text.charAt(this.#at)) ? "some" : "many" };
  }

  #set(): Part | undefined {
    const found = setAt(this.#text, this.#at);
    if (!found) return undefined;
    const letters = [...(found[2] ?? "").matchAll(/\\?(.)(?:-\\?(.))?/gsu)];
    const ranges = letters.map(([, from = "", to = from]) => [from, to] as const);
    return this.#skip(found[0].length, { kind: "set", ranges, negated: found[1] === "" ? "no" : "yes" });
  }

  #range(): Part | undefined {
    const found = /^\{(-?\d{1,15})\.\.(-?\d{1,15})\}/u.exec(this.#text.slice(this.#at, this.#at + 40));
    return found ? this.#skip(found[0].length, numbersBetween(found[1] ?? "", found[2] ?? "")) : undefined;
  }

  #list(): Part {
    const alternatives: (readonly Part[])[] = [];
    do {
      this.#at += 1;
      alternatives.push(this.sequence(",}"));
    } while (this.#text.charAt(this.#at) === ",");
    return this.#skip(1, { kind: "either", alternatives });
  }
}

/** Positions of the opening braces that contain a comma, and of the closing braces of those that do not. */
interface Braces {
  readonly lists: ReadonlySet<number>;
  readonly letters: ReadonlySet<number>;
}

function findBraces(text: string): Braces {
  const lists = new Set<number>();
  const letters = new Set<number>();
  const open: { readonly at: number; commas: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    const innermost = open.at(-1);
    if (letter === "\\") at += 1;
    else if (letter === "[") at += (setAt(text, at)?.[0].length ?? 1) - 1;
    else if (letter === "{") open.push({ at, commas: 0 });
    else if (letter === "," && innermost) innermost.commas += 1;
    else if (letter === "}") {
      open.pop();
      if (innermost && innermost.commas > 0) lists.add(innermost.at);
      else letters.add(at);
    }
  }
  return { lists, letters };
}

function setAt(text: string, at: number): RegExpExecArray | null {
  const set = /\[([!^]?)(\]?(?:\\.|[^\]\\])+)\]/suy;
  set.lastIndex = at;
  return set.exec(text);
}

function numbersBetween(first: string, second: string): Part {
  const isPadded = [first, second].some((text) => /^-?0\d/u.test(text));
  return {
    kind: "number",
    from: Number(first),
    to: Number(second),
    digits: isPadded ? Math.max(first.length, second.length) : 0,
  };
}
