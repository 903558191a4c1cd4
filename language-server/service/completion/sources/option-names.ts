import type { Parameter } from "../../../../grammar/ast.ts";
import { isName } from "../../../../grammar/written-names.ts";
import { describeType as describeParameterType, parameterType } from "../../../../compiler/resolve/parameter-type.ts";
import { repeatOptions } from "../../../../compiler/resolve/repeat-options.ts";
import { currentName } from "../../../../compiler/schema/current-names.ts";
import { describeType } from "../../../../compiler/schema/describe-type.ts";
import { describeOption } from "../../../../compiler/schema/topics.ts";
import type { MapKeys, OptionTable } from "../../../../compiler/schema/types.ts";
import { isStreamParameter } from "../callee.ts";
import { holeOfOption, holeOfParameter, keyWithValue } from "../call-snippet.ts";
import type { Draft } from "../completion-item.ts";
import { columnItems } from "./columns.ts";
import type { Keyed } from "../inside.ts";
import { type CompletionRequest, type Source, namesDeclared } from "../request.ts";

/** The names of options, of parameters and of the entries of a map that are not given yet, those first that must be. */
export const optionNames: Source = (request) => {
  const { names } = request.slot;
  if (!names) return [];
  const { of, given } = names;
  switch (of.kind) {
    case "options":
      return ofOptions(request, of.options, given);
    case "parameters":
      return of.parameters.filter(({ name }) => !given.has(name.name)).map(ofParameter);
    case "repeat":
      return Object.entries(repeatOptions).flatMap(([name, choices]) =>
        given.has(name) ? [] : [entry(name, 1, { hole: choices[0], choices })],
      );
    case "map":
      return ofMap(request, of, given);
  }
};

function ofOptions(request: CompletionRequest, options: OptionTable, given: ReadonlySet<string>): readonly Draft[] {
  const present = new Set([...given].map((name) => currentName(options, name)));
  return Object.entries(options)
    .filter(([name]) => !present.has(name))
    .map(([name, option]) => ({
      ...entry(
        name,
        option.required ? 0 : 1,
        holeOfOption(name, option, (of) => namesDeclared(request, of)),
      ),
      kind: "option",
      detail: `${describeType(option.type)}${option.required ? ", required" : ""}`,
      documentation: () => describeOption(option),
    }));
}

function ofParameter(parameter: Parameter): Draft {
  const type = parameterType(parameter.type);
  const isRequired = !parameter.default && parameter.type.kind !== "OptionalType";
  return {
    ...entry(parameter.name.name, isStreamParameter(parameter) ? 2 : isRequired ? 0 : 1, holeOfParameter(parameter)),
    kind: "parameter",
    ...(type ? { detail: describeParameterType(type) } : {}),
  };
}

function ofMap(
  request: CompletionRequest,
  { value, keys, of }: Extract<Keyed["of"], { readonly kind: "map" }>,
  given: ReadonlySet<string>,
): readonly Draft[] {
  const hole = holeOfOption("value", { type: value, doc: "" }, (kind) => namesDeclared(request, kind));
  return keysOf(request, keys, of)
    .filter(({ label }) => !given.has(label))
    .map((key) => ({ ...key, ...entry(key.label, 0, hole), kind: key.kind }));
}

function keysOf(request: CompletionRequest, keys: MapKeys | undefined, of: string): readonly Draft[] {
  const asDrafts = (names: readonly string[], kind: Draft["kind"]): readonly Draft[] =>
    names.map((label) => ({ label, kind, rank: 0 }));
  switch (keys) {
    case undefined:
      return [];
    case "column":
      return columnItems(request).map(({ label, ...rest }) => ({ ...rest, label }));
    case "field":
      return [
        ...asDrafts(namesDeclared(request, "modality"), "modality"),
        ...asDrafts(targetColumns(request), "column"),
      ];
    case "task":
    case "modality":
    case "param":
      return asDrafts(namesDeclared(request, keys), keys);
    default:
      return asDrafts(keys, of === "" ? "choice" : "option");
  }
}

/** The columns that the targets of tasks are read from. */
function targetColumns({ analysis: { tree } }: CompletionRequest): readonly string[] {
  return tree.declarations.flatMap((declaration) => {
    if (declaration.kind !== "Task") return [];
    const target = declaration.options.find(({ key }) => key.kind === "Identifier" && key.name === "target")?.value;
    const column =
      target?.kind === "Call" ? target.arguments.find(({ value }) => value.kind === "String")?.value : undefined;
    return column?.kind === "String" ? [column.value] : [];
  });
}

function entry(name: string, rank: number, hole: ReturnType<typeof holeOfOption>): Draft {
  return { label: name, kind: "option", rank, text: `${keyText(name)}: `, snippet: keyWithValue(keyText(name), hole) };
}

/** A key that is no name is written as a string. */
function keyText(name: string): string {
  return isName(name) ? name : JSON.stringify(name);
}
