import { type Dialect, type Part, parseGlob } from "./parse-glob.ts";

/**
 * A pattern of names as a state machine that reads a name once, character by character, and keeps all states that are
 * possible (Thompson, 1968). The work is at most the length of the pattern times that of the name, whatever its
 * wildcards; there is no backtracking.
 */
export interface Glob {
  readonly dialect: Dialect;
  readonly places: readonly Place[];
  readonly start: number;
}

type Test = Extract<Part, { readonly kind: "letter" | "one" | "set" | "number" }> | { readonly kind: "end" };

/** A state: either a test of a character with the next state, or alternatives (an ε-transition). */
type Place = { readonly test: Test; readonly next: number } | { readonly ways: readonly number[] };

/** The accepting state. */
const END = 0;

export function globOf(pattern: string, dialect: Dialect): Glob {
  const places: Place[] = [{ test: { kind: "end" }, next: END }];
  const add = (place: Place): number => places.push(place) - 1;
  const reads = (test: Test, next: number): number => add({ test, next });
  const one: Test = { kind: "one" };
  const separator: Test = { kind: "letter", letter: dialect.separator };
  /** Repeats the states of `round` any number of times before `next`. */
  const loop = (next: number, round: (again: number) => number): number => {
    const again = add({ ways: [] });
    places[again] = { ways: [round(again), next] };
    return again;
  };
  const many = (next: number): number => loop(next, (again) => reads(one, again));
  const some = (next: number): number => reads(one, many(next));
  const compilePart = (part: Part, next: number): number => {
    switch (part.kind) {
      case "many":
        return many(next);
      case "some":
        return some(next);
      case "segments":
        return part.separators === "behind"
          ? loop(next, (again) => some(reads(separator, again)))
          : loop(next, (again) => reads(separator, some(again)));
      case "everything":
        return some(loop(next, (again) => reads(separator, some(again))));
      case "either":
        return add({ ways: part.alternatives.map((alternative) => compileAll(alternative, next)) });
      default:
        return reads(part, next);
    }
  };
  const compileAll = (parts: readonly Part[], next: number): number =>
    parts.reduceRight((behind, part) => compilePart(part, behind), next);
  const start = compileAll(parseGlob(pattern, dialect), END);
  return { dialect, places, start };
}

/** Progress of a match: the states that are possible next. */
export type Reading = readonly number[];

export interface Read {
  readonly reading: Reading;
  /** Number of states visited, a measure of the work. */
  readonly steps: number;
}

/** Continues a match with more text. The text must begin at the beginning of a segment. */
export function readOn(glob: Glob, reading: Reading, text: string): Read {
  const reader = new Reader(glob);
  return reader.read(reading, text);
}

export function startOf(glob: Glob): Reading {
  return [glob.start];
}

/** True if the text read so far is a complete match. */
export function isMatch(glob: Glob, reading: Reading): boolean {
  return new Reader(glob).ends(reading);
}

export function matchesGlob(glob: Glob, name: string): boolean {
  return isMatch(glob, readOn(glob, startOf(glob), name).reading);
}

class Reader {
  readonly #glob: Glob;
  /** The round in which each state was last reached. */
  readonly #reached: Int32Array;
  /** States reached by a number of several digits, by the index of the character after it. */
  readonly #ahead = new Map<number, number[]>();
  #round = 0;
  #steps = 0;

  constructor(glob: Glob) {
    this.#glob = glob;
    this.#reached = new Int32Array(glob.places.length);
  }

  read(reading: Reading, text: string): Read {
    let current = this.#reach(reading);
    for (let at = 0; at < text.length; at++) {
      const next = this.#ahead.get(at + 1) ?? [];
      for (const place of current) this.#step(place, text, at, next);
      this.#ahead.delete(at + 1);
      if (next.length === 0 && this.#ahead.size === 0) return { reading: [], steps: this.#steps };
      current = this.#reach(next);
    }
    return { reading: current, steps: this.#steps };
  }

  ends(reading: Reading): boolean {
    return this.#reach(reading).includes(END);
  }

  /** Follows ε-transitions to all states with a test, each once. */
  #reach(from: readonly number[]): readonly number[] {
    this.#round += 1;
    const tests: number[] = [];
    const open = [...from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#reached[index] === this.#round) continue;
      this.#reached[index] = this.#round;
      this.#steps += 1;
      const place = this.#glob.places[index];
      if (place && "ways" in place) open.push(...place.ways);
      else tests.push(index);
    }
    return tests;
  }

  #step(index: number, text: string, at: number, next: number[]): void {
    const place = this.#glob.places[index];
    if (!place || "ways" in place) return;
    if (place.test.kind === "number") this.#readNumber(place.test, place.next, text, at, next);
    else if (this.#passes(place.test, text, at)) next.push(place.next);
  }

  #passes(test: Exclude<Test, { readonly kind: "number" }>, text: string, at: number): boolean {
    const letter = text.charAt(at);
    if (test.kind === "letter") return letter === test.letter;
    const { separator, hidden } = this.#glob.dialect;
    if (
      test.kind === "end" ||
      letter === separator ||
      (letter === hidden && (at === 0 || text.charAt(at - 1) === separator))
    )
      return false;
    return (
      test.kind === "one" ||
      test.ranges.some(([from, to]) => from <= letter && letter <= to) === (test.negated === "no")
    );
  }

  /** Reads each prefix of the digits that is a number in the range. */
  #readNumber(
    { from, to, digits }: Extract<Test, { readonly kind: "number" }>,
    place: number,
    text: string,
    at: number,
    next: number[],
  ): void {
    for (let length = 1; length <= 16; length++) {
      const written = text.slice(at, at + length);
      if (written.length < length || !/^-?\d*$/u.test(written)) return;
      this.#steps += 1;
      const value = Number(written);
      const isWritten = digits > 0 ? written.length === digits : written === String(value);
      if (written === "-" || !isWritten || value < from || value > to) continue;
      if (length === 1) next.push(place);
      else this.#ahead.set(at + length, [...(this.#ahead.get(at + length) ?? []), place]);
    }
  }
}
