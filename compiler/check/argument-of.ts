import type { Expression } from "../../grammar/ast.ts";

/** Finds the argument that a call passes for a parameter: by name, or by position. */
export function argumentOf(written: Expression | undefined, name: string, position: number): Expression | undefined {
  if (written?.kind !== "Call") return undefined;
  return (
    written.arguments.find((each) => each.name?.name === name)?.value ??
    (written.arguments[position]?.name ? undefined : written.arguments[position]?.value)
  );
}
