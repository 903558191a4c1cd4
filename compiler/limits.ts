import type { Span } from "../grammar/ast.ts";

/**
 * Limits of what a specification may require of the compiler. Its text may come from a stranger, and a few lines can
 * require more work than there is time for. Each limit is far above what models need; the variable MTL_LIMITS raises
 * them.
 */
export interface Limits {
  /**
   * Steps of making graphs: expressions, applications of blocks, nodes, elements of lists. Counted over the whole
   * specification.
   */
  readonly work: number;
  /** Values of one tensor, for one row of a batch. */
  readonly values: number;
}

export type LimitName = keyof Limits;

export const defaultLimits: Limits = { work: 1_000_000, values: 2 ** 40 };

/** File name under which MTL_LIMITS is shown in diagnostics about it. */
export const limitsVariable = "MTL_LIMITS";

export interface UnreadLimit {
  readonly text: string;
  readonly start: number;
}

const factors: { readonly [suffix: string]: number } = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Parses `work=20M values=10G`: named limits replace the defaults, and parts that cannot be read are returned. */
export function readLimits(text: string): { readonly limits: Limits; readonly unread: readonly UnreadLimit[] } {
  const unread: UnreadLimit[] = [];
  const given: { [name in LimitName]?: number } = {};
  for (const { 0: setting, index } of text.matchAll(/[^\s,]+/gu)) {
    const [, name = "", digits = "", suffix = ""] = /^(\w+)=(\d{1,15})([kMGT]?)$/u.exec(setting) ?? [];
    if (isLimit(name)) given[name] = Number(digits) * (factors[suffix] ?? 1);
    else unread.push({ text: setting, start: index });
  }
  return { limits: { ...defaultLimits, ...given }, unread };
}

function isLimit(name: string): name is LimitName {
  return Object.hasOwn(defaultLimits, name);
}

/** Largest size of a file of a specification, in bytes: a thousand times the size of a long file written by hand. */
export const largestSpecification = 2 ** 22;

/** Errors after which compilation stops: nobody reads more, and each unknown name is compared with all known names. */
export const MOST_MISTAKES = 1000;

/**
 * Thrown when a specification exceeds a limit. It ends the compilation, because everything later would exceed it too.
 */
export class LimitReached extends Error {
  readonly limit: LimitName | "depth" | "mistakes";
  readonly most: number;
  readonly at: Span;

  constructor(limit: LimitReached["limit"], most: number, at: Span) {
    super(`more than ${most} of ${limit}`);
    this.name = "LimitReached";
    this.limit = limit;
    this.most = most;
    this.at = at;
  }
}
