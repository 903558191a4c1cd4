import type { Expression } from "../../grammar/ast.ts";

/** What a call gives for a parameter: by its name, or at its position. */
export function argumentOf(written: Expression | undefined, name: string, position: number): Expression | undefined {
  if (written?.kind !== "Call") return undefined;
  return (
    written.arguments.find((each) => each.name?.name === name)?.value ??
    (written.arguments[position]?.name ? undefined : written.arguments[position]?.value)
  );
}
