import type { Expression } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { Patterns } from "../schema/types.ts";
import { globMatches } from "../weight-patterns.ts";

/** Each pattern of a list matches a weight; what matches none is reported where it is written. */
export function checkPatterns(patterns: Patterns, written: Expression, weights: readonly string[], reporter: Reporter): boolean {
  const places = patternPlaces(written);
  const matching = [...patterns.include, ...patterns.except].map((pattern, index) => checkPattern(pattern, places[index] ?? written, weights, reporter));
  return matching.every(Boolean);
}

export function checkPattern(pattern: string, at: Expression, weights: readonly string[], reporter: Reporter): boolean {
  if (matchesAny(pattern, weights)) return true;
  reporter.report("pattern_matches_nothing", at.span, { pattern, nearest: nearestPattern(pattern, weights) });
  return false;
}

export function matchesAny(pattern: string, weights: readonly string[]): boolean {
  const glob = pattern.replaceAll("{task}", "*");
  return weights.some((weight) => globMatches(glob, weight));
}

/** The pattern with its names replaced by the nearest that there are: `**.adaptr.**` becomes `**.adapter.**`. */
export function nearestPattern(pattern: string, weights: readonly string[]): string | undefined {
  const prefixes = new Set(weights.flatMap((weight) => weight.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))));
  const [stem = "", ending = ""] = pattern.endsWith(".**") ? [pattern.slice(0, -3), ".**"] : [pattern];
  const whole = nearest(stem, prefixes);
  if (whole !== undefined) return `${whole}${ending}`;
  const segments = new Set([...prefixes].flatMap((prefix) => prefix.split(".")));
  const mended = pattern.split(".").map((part) => (/^[\w]+$/u.test(part) && !segments.has(part) ? nearest(part, segments) : part));
  const result = mended.every((part) => part !== undefined) ? mended.join(".") : pattern;
  return result === pattern ? undefined : result;
}

/** The expressions of a pattern list, in the order in which patterns resolve. */
function patternPlaces(patterns: Expression): readonly Expression[] {
  if (patterns.kind === "Except") return [...patternPlaces(patterns.base), ...patternPlaces(patterns.exceptions)];
  return patterns.kind === "List" ? patterns.items : [patterns];
}
