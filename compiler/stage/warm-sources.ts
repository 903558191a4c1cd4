import type { ResolvedStart, ResolvedWarmStart } from "../schema/resolved.ts";

/** The tables of weights outside of the run that a stage's `init` reads: for `merge`, those of its models and then of its base. */
export function warmSources(init: ResolvedStart | undefined): readonly ResolvedWarmStart[] {
  if (init?.kind === "from") return [init];
  if (init?.kind !== "merge") return [];
  const { of, base, take } = init;
  return [...of, ...(base ? [base] : [])].map((source) => ({
    ...source,
    match: "some",
    ...(take ? { take } : {}),
  }));
}

/** True if a stage begins with weights from outside of the run. */
export function isWarm(init: ResolvedStart | undefined): boolean {
  return warmSources(init).length > 0;
}
