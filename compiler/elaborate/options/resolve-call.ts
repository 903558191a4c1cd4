import type { CallExpression, Expression } from "../../../grammar/ast.ts";
import { calledName } from "../../../grammar/written-names.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import { report } from "../elaboration.ts";
import type { Frame } from "../frame.ts";
import type { Families, FamilyName } from "../../schema/families.ts";
import { schema } from "../../schema/schema.ts";
import type { CallableTable, ResolvedCall, ValueType } from "../../schema/types.ts";
import { describeExpression } from "./describe-expression.ts";
import { type GivenOption, resolveOptions } from "./resolve-options.ts";

/** `adamw(rate: 1e-3)` as `{ kind: "adamw", rate: 0.001, … }`; a bare name is a call without arguments. */
export function resolveCall<Family extends FamilyName>(
  frame: Frame,
  expression: Expression,
  family: Family,
): ResolvedCall<Families[Family]> | undefined {
  const table: CallableTable = schema.families[family];
  const name = calledName(expression);
  if (name === undefined) {
    report(frame, "wrong_type", expression.span, {
      what: `This ${family.replaceAll("_", " ")}`,
      expected: `one of ${Object.keys(table).join(", ")}`,
      found: describeExpression(expression),
    });
    return undefined;
  }
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!definition) {
    report(frame, "unknown_choice", expression.span, {
      what: `The ${family.replaceAll("_", " ")}`,
      value: name,
      choices: Object.keys(table).join(", "),
      nearest: nearest(name, Object.keys(table)),
    });
    return undefined;
  }
  const given =
    expression.kind === "Call" ? givenArguments(frame, expression, name, Object.entries(definition.options)) : [];
  const options =
    given && resolveOptions(frame, definition.options, given, { name, at: expression.span, isCall: true });
  // Each option was resolved to what its definition declares.
  return options && ({ kind: name, ...options } as ResolvedCall<Families[Family]>);
}

/** Assigns positional arguments to options in order. An option that is a list takes all remaining ones. */
function givenArguments(
  frame: Frame,
  call: CallExpression,
  name: string,
  options: readonly [string, { readonly type: ValueType }][],
): readonly GivenOption[] | undefined {
  const given: GivenOption[] = [];
  let place = 0;
  for (const [index, argument] of call.arguments.entries()) {
    if (argument.name) {
      given.push({ name: argument.name.name, at: argument.name.span, value: argument.value });
      continue;
    }
    const option = options[place];
    if (!option) {
      report(frame, "too_many_arguments", argument.span, {
        of: name,
        accepts: options.map(([key]) => key).join(", ") || "no arguments",
      });
      return undefined;
    }
    if (option[1].type.kind === "list" && argument.value.kind !== "List") {
      const items = call.arguments
        .slice(index)
        .filter((rest) => !rest.name)
        .map((rest) => rest.value);
      given.push({ name: option[0], at: argument.span, value: { kind: "List", span: argument.span, items } });
      break;
    }
    given.push({ name: option[0], at: argument.span, value: argument.value });
    place++;
  }
  return given;
}
