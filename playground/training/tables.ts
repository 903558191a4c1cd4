import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";

/** The paths of the tables of a specification. */
export function tablesOf({ datasets }: Pick<ResolvedSpecification, "datasets">): readonly string[] {
  return [
    ...new Set(Object.values(datasets).flatMap(({ path }) => (typeof path === "string" ? path : Object.values(path)))),
  ];
}
