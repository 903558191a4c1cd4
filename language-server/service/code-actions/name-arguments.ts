import type { Argument, CallExpression, Parameter } from "../../../grammar/ast.ts";
import type { CodeActionSource, Selection } from "./code-action.ts";
import { inserted, replaced } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** `linear(3)` becomes `linear(width: 3)`. */
export const nameArguments: CodeActionSource = {
  name: "name-arguments",
  kind: "refactor.rewrite",
  find(selection) {
    const call = innermost(selection, "Call");
    const unnamed = call?.arguments.filter(({ name, label }) => !name && !label) ?? [];
    const edits = unnamed.flatMap((argument) => {
      const parameter = call && parameterOf(selection, call, argument);
      return parameter ? [inserted(selection.path, argument.value.span.start, `${parameter.name.name}: `)] : [];
    });
    return edits.length === 0 ? [] : [{ title: "Name the arguments", edits }];
  },
};

/** `linear(width: 3)` becomes `linear(3)`, where the named arguments are in the order of the parameters. */
export const unnameArguments: CodeActionSource = {
  name: "unname-arguments",
  kind: "refactor.rewrite",
  find(selection) {
    const call = innermost(selection, "Call");
    const named = call?.arguments[0];
    if (!call || !named?.name) return [];
    const parameters = parametersOf(selection, call).filter(({ type }) => !isStream(type));
    if (parameters[0]?.name.name !== named.name.name) return [];
    const at = { file: selection.path, start: named.span.start, end: named.value.span.start };
    return [{ title: `Omit the name \`${named.name.name}\``, edits: [replaced(at, "")] }];
  },
};

function isStream(type: Parameter["type"]): boolean {
  const name = type.kind === "NamedType" ? type.name.name : "";
  return ["stream", "tokens", "vector", "spatial", "scalar"].includes(name);
}

function parametersOf({ analysis: { references } }: Selection, call: CallExpression): readonly Parameter[] {
  const declaration = references.declarationOf(call.callee);
  return declaration?.kind === "Block" ? declaration.parameters : [];
}

/** The parameter that a positional argument fills, where that does not depend on its value. */
function parameterOf(selection: Selection, call: CallExpression, argument: Argument): Parameter | undefined {
  const purpose = selection.analysis.references.purposeOf(argument.value);
  if (purpose?.kind !== "parameter") return undefined;
  return parametersOf(selection, call).find((parameter) => parameter === purpose.parameter);
}
