import type { Argument, Expression, FusionDeclaration } from "../../grammar/ast.ts";
import { calledName } from "../../grammar/written-names.ts";
import type { Elaboration } from "./elaboration.ts";
import { type Value, poison, streamValue } from "./value.ts";

/**
 * Results of a fusion by name: those that its block names, or else those of its inputs. A single stream has the
 * fusion's own name.
 */
export function fusionResult(elaboration: Elaboration, symbol: FusionDeclaration, value: Value): Value {
  const name = symbol.name.name;
  if (value.kind === "stream") return streamValue({ ...value.stream, label: name });
  if (value.kind !== "list" && value.kind !== "tuple") return value;
  const inputs = fusionInputs(symbol.value);
  const fields = new Map<string, Value>();
  for (const [index, item] of value.items.entries()) {
    const label =
      (value.kind === "tuple" ? value.names?.[index] : undefined) ??
      (item.kind === "stream" && value.kind === "list" ? item.stream.label : undefined) ??
      inputs[index]?.name ??
      String(index);
    if (fields.has(label)) {
      elaboration.reporter.report("duplicate_declaration", symbol.name.span, {
        name: `${name}.${label}`,
        hint: `Give the inputs names of their own: \`${calledName(symbol.value) ?? "f"}(left = …, right = …)\`.`,
      });
      return poison;
    }
    fields.set(label, item.kind === "stream" ? streamValue({ ...item.stream, label }) : item);
  }
  return { kind: "record", what: `the fusion "${name}"`, fields };
}

/** Each input, with its label or the first name of its pipeline. */
export function fusionInputs(
  expression: Expression,
): readonly { readonly name: string | undefined; readonly value: Expression }[] {
  if (expression.kind !== "Call") return [];
  return expression.arguments
    .filter((argument) => !argument.name)
    .map((argument) => ({ name: labelOf(argument), value: argument.value }));
}

function labelOf(argument: Argument): string | undefined {
  return argument.label?.name ?? firstName(argument.value);
}

function firstName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case "Name":
      return expression.name;
    case "Optional":
      return firstName(expression.operand);
    case "Pipe":
      return firstName(expression.left);
    case "Member":
      return expression.member.name;
    default:
      return undefined;
  }
}
