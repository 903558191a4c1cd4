import type { Span } from "../grammar/ast.ts";

/**
 * What a specification may ask of the compiler. Its text may come from a stranger, and a few lines of it can stand for more work than there is
 * time. Each limit is far above what models need; who needs more raises it by the variable MTL_LIMITS.
 */
export interface Limits {
  /** Steps of making graphs: expressions, applications of blocks, nodes, elements of lists. For a specification as a whole. */
  readonly work: number;
  /** Values of one tensor, for one row of a batch. */
  readonly values: number;
}

export type LimitName = keyof Limits;

export const defaultLimits: Limits = { work: 1_000_000, values: 2 ** 40 };

/** The name under which MTL_LIMITS is shown where something is wrong with it. */
export const limitsVariable = "MTL_LIMITS";

export interface UnreadLimit {
  readonly text: string;
  readonly start: number;
}

const factors: { readonly [suffix: string]: number } = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `work=20M values=10G`: what is named, over the defaults; and what means nothing. */
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

/** Most bytes of one file of a specification: a thousand times what anybody writes by hand. */
export const largestSpecification = 2 ** 22;

/** More mistakes are not read by anybody, and each name is compared with all that there are. */
export const MOST_MISTAKES = 1000;

/** A specification asks for more than it may. It ends the compilation: all that follows would be more of the same. */
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
