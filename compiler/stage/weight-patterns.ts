import { type Glob, globOf, matchesGlob } from "../globs/glob.ts";
import { weightNames } from "../globs/parse-glob.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { Patterns } from "../schema/types.ts";

export type StagePatterns =
  { readonly kind: "freeze" | "train"; readonly patterns: Patterns } | { readonly kind: "everything" };

/** Patterns of the weights that a stage freezes or trains, with `{task}` replaced by the current task. */
export function stagePatterns(stage: ResolvedStage, forTask: string | undefined): StagePatterns {
  const kind = stage.freeze ? "freeze" : stage.train ? "train" : undefined;
  const patterns = stage.freeze ?? stage.train;
  if (!kind || !patterns) return { kind: "everything" };
  return { kind, patterns: filled(patterns, forTask) };
}

function filled({ include, except }: Patterns, forTask: string | undefined): Patterns {
  const fill = (list: readonly string[]): readonly string[] =>
    list.map((pattern) => pattern.replaceAll("{task}", forTask ?? "*"));
  return { include: fill(include), except: fill(except) };
}

/** Index of the first of an optimizer's groups that matches a weight, from 0. */
export function groupOf(
  weight: string,
  { groups = [] }: Pick<ResolvedStage["optimizer"], "groups">,
  forTask: string | undefined,
): number | undefined {
  const index = groups.findIndex((group) => matchesPatterns(weight, filled(group.weights, forTask)));
  return index < 0 ? undefined : index;
}

export function isTrained(weight: string, patterns: StagePatterns): boolean {
  if (patterns.kind === "everything") return true;
  const matched = matchesPatterns(weight, patterns.patterns);
  return patterns.kind === "train" ? matched : !matched;
}

export function matchesPatterns(weight: string, { include, except }: Patterns): boolean {
  return (
    include.some((pattern) => globMatches(pattern, weight)) && !except.some((pattern) => globMatches(pattern, weight))
  );
}

const globs = new Map<string, Glob>();

/**
 * Matches a glob with the name of a weight, whose segments are separated by dots: `*` is one segment, `**` any number.
 */
export function globMatches(pattern: string, weight: string): boolean {
  const glob = globs.get(pattern) ?? globOf(pattern, weightNames);
  globs.set(pattern, glob);
  return matchesGlob(glob, weight);
}

/** Summarises names as the fewest patterns `path.**` that match all of them and none of the others. */
export function summarizeNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const isTaken = (pattern: string): boolean => others.some((other) => other.startsWith(`${pattern}.`));
  const patterns = names.map((name) => {
    const segments = name.split(".");
    const length = segments.findIndex((_, index) => index > 0 && !isTaken(segments.slice(0, index).join(".")));
    return length === -1 ? name : `${segments.slice(0, length).join(".")}.**`;
  });
  return [...new Set(patterns)];
}
