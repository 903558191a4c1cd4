import type { Expression } from "../../../grammar/ast.ts";
import { entrySymbols } from "../../bind/bind.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import { type Elaboration, report } from "../elaboration.ts";
import type { Frame } from "../frame.ts";
import { describeExpression } from "./describe-expression.ts";

const declarationKinds = { task: "Task", modality: "Modality", dataset: "Dataset", stage: "Stage" } as const;

/** The names that `all` means. */
export function allNames(elaboration: Elaboration, of: keyof typeof declarationKinds): readonly string[] {
  return entrySymbols(elaboration.bindings)
    .filter((symbol) => symbol.kind === declarationKinds[of])
    .map((symbol) => symbol.name.name);
}

export function resolveName(
  frame: Frame,
  expression: Expression,
  of: keyof typeof declarationKinds,
  what: string,
): string | undefined {
  const name =
    expression.kind === "Name" ? expression.name : expression.kind === "String" ? expression.value : undefined;
  const known = allNames(frame.elaboration, of);
  if (name !== undefined && known.includes(name)) return name;
  if (name === undefined)
    report(frame, "wrong_type", expression.span, {
      what,
      expected: `the name of a ${of}`,
      found: describeExpression(expression),
    });
  else
    report(frame, "unknown_name", expression.span, {
      name,
      kind: of,
      nearest: nearest(name, known),
      known,
    });
  return undefined;
}
