import type { ResolvedStage, ResolvedStart, ResolvedWarmStart } from "../schema/resolved.ts";

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

/** The table of weights outside of the run that a stage's teacher has; each is taken under the name that it has in the stage. */
export function teacherSource({ teacher }: Pick<ResolvedStage, "teacher">): ResolvedWarmStart | undefined {
  if (teacher?.kind !== "from") return undefined;
  const { rename = [], ...source } = teacher;
  return {
    ...source,
    rename: [...rename.map(([name, own]) => [name, `teacher.${own}`] as const), ["**", "teacher.**"]],
    take: { include: ["teacher.**"], except: [] },
    match: "some",
  };
}

/** All tables of weights outside of the run that a stage reads: those of its `init`, and that of its teacher. */
export function sourcesOutside(stage: Pick<ResolvedStage, "init" | "teacher">): readonly ResolvedWarmStart[] {
  const teacher = teacherSource(stage);
  return [...warmSources(stage.init), ...(teacher ? [teacher] : [])];
}

/** True if a stage begins with weights from outside of the run. */
export function isWarm(init: ResolvedStart | undefined): boolean {
  return warmSources(init).length > 0;
}
