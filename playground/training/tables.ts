import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { pathFrom } from "../state/project.ts";

/** The paths of the tables of a specification, which are relative to its file. */
export function tablesOf(
  { datasets }: Pick<ResolvedSpecification, "datasets">,
  specification: string,
): readonly string[] {
  const written = Object.values(datasets).flatMap(({ path }) =>
    typeof path === "string" ? path : Object.values(path),
  );
  return [...new Set(written.map((path) => pathFrom(specification, path)))];
}
