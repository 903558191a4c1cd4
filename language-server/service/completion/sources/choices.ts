import type { OneOfType } from "../../../../grammar/ast.ts";
import { boundIn } from "../../../../compiler/resolve/scopes.ts";
import { oneOf } from "../../../../compiler/resolve/lanes.ts";
import type { Draft } from "../completion-item.ts";
import { type Expected, namedType, typesWithin } from "../expected.ts";
import type { CompletionRequest, Source } from "../request.ts";

/** The words that a value is one of, where it can only be one of a few. */
export const choices: Source = (request) => {
  const { value } = request.slot;
  if (!value) return [];
  const isQuoted = value.kind === "typed" && value.words === "quoted";
  if (request.string && !isQuoted) return [];
  const usual = value.kind === "option" ? value.definition?.default : undefined;
  return choicesOf(value, request).map(
    (label) =>
      ({
        label,
        kind: "choice",
        rank: 0,
        ...(String(usual) === label ? { detail: "default" } : {}),
        ...(isQuoted && !request.string && !/^(?:true|false|none)$/u.test(label)
          ? { text: JSON.stringify(label) }
          : {}),
      }) satisfies Draft,
  );
};

function choicesOf(expected: Expected, request: CompletionRequest): readonly string[] {
  switch (expected.kind) {
    case "option":
      return typesWithin(expected.type).flatMap((type) => {
        if (type.kind === "one_of") return type.options;
        if (type.kind === "bool") return ["true", "false"];
        if (type.kind === "pattern") return ["all"];
        return type.kind === "list" && type.element.kind === "name" ? ["all"] : [];
      });
    case "typed":
      return expected.types.flatMap((type) => {
        const optional = type.kind === "OptionalType" && !request.slot.names ? ["none"] : [];
        return [...wordsOf(oneOf(type)), ...(namedType(type) === "bool" ? ["true", "false"] : []), ...optional];
      });
    case "compared":
      return wordsOf(choicesOfName(expected.with, request));
    case "condition":
      return ["true", "false"];
    default:
      return [];
  }
}

function wordsOf(type: OneOfType | undefined): readonly string[] {
  return type?.options.map((option) => (option.kind === "String" ? option.value : option.name)) ?? [];
}

/** The choices that the value of a name is one of. */
function choicesOfName(name: string, { names: { scope, prelude } }: CompletionRequest): OneOfType | undefined {
  const bound = boundIn(scope, prelude, name);
  if (bound?.kind === "parameter") return oneOf(bound.parameter.type);
  if (bound?.kind === "local") return bound.choices;
  if (bound?.kind !== "declaration" || bound.declaration.kind !== "Param") return undefined;
  return bound.declaration.type && oneOf(bound.declaration.type);
}
