import type { Expression } from "../../grammar/ast.ts";
import { type Nearest, nearest } from "../diagnostics/nearest.ts";
import type { Work } from "../elaborate/work.ts";
import { globMatches } from "../stage/weight-patterns.ts";

/** Characters of a pattern times characters of a name that are compared in the time of a step. */
const COMPARED_IN_A_STEP = 256;

/** The cost of searching for the nearest name, as a multiple of comparing two names. */
const NEAREST = 8;

/** The beginnings of names, and their segments between dots. */
interface Parts {
  readonly prefixes: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
}

/** The names that patterns are compared with. What that costs is counted before it is done. */
export class WeightNames {
  readonly all: readonly string[];
  readonly #work: Work;
  readonly #length: number;
  #parts: Parts | undefined;

  constructor(all: readonly string[], work: Work) {
    this.all = all;
    this.#work = work;
    this.#length = all.reduce((sum, name) => sum + name.length + 1, 0);
  }

  /** Counts the work of comparing all names with a text of patterns. Call it first. */
  compare(letters: number, { span }: Pick<Expression, "span">): void {
    this.#work.spendAt((letters * this.#length) / COMPARED_IN_A_STEP, span);
  }

  has(pattern: string, at: Pick<Expression, "span">): boolean {
    const glob = pattern.replaceAll("{task}", "*");
    this.compare(glob.length, at);
    return this.all.some((name) => globMatches(glob, name));
  }

  /** The pattern with its names replaced by the nearest that there are: `**.adaptr.**` becomes `**.adapter.**`. */
  nearest(pattern: string, at: Pick<Expression, "span">): Nearest | undefined {
    this.compare(pattern.length * NEAREST, at);
    this.#parts ??= partsOf(this.all);
    const { prefixes, segments } = this.#parts;
    const [stem = "", ending = ""] = pattern.endsWith(".**") ? [pattern.slice(0, -3), ".**"] : [pattern];
    const whole = nearest(stem, prefixes);
    if (whole !== undefined) return { ...whole, name: `${whole.name}${ending}` };
    const corrected = pattern
      .split(".")
      .map((part) =>
        /^[\w]+$/u.test(part) && !segments.has(part) ? nearest(part, segments) : { name: part, isCertain: true },
      )
      .filter((part) => part !== undefined);
    const name = corrected.map((part) => part.name).join(".");
    const isWhole = corrected.length === pattern.split(".").length;
    return isWhole && name !== pattern ? { name, isCertain: corrected.every((part) => part.isCertain) } : undefined;
  }
}

function partsOf(names: readonly string[]): Parts {
  const prefixes = new Set(
    names.flatMap((name) => name.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))),
  );
  return { prefixes, segments: new Set([...prefixes].flatMap((prefix) => prefix.split("."))) };
}
