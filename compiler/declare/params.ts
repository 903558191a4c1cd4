import type { ParamDeclaration, Span } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { type Bindings, entrySymbols } from "../bind/bind.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { createReporter, type Reporter } from "../diagnostics/reporter.ts";
import { coerceParam } from "../elaborate/coerce.ts";
import { createElaboration } from "../elaborate/create.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { evaluate } from "../elaborate/evaluate.ts";
import { reportRepeatedChoices } from "../elaborate/options/repeated.ts";
import { declarationFrame, symbolValue } from "../elaborate/symbol-values.ts";
import { parameterType, typeNames } from "../resolve/parameter-type.ts";
import type { References } from "../resolve/resolve-names.ts";
import type { Work } from "../elaborate/work.ts";
import { type Value, describe, string } from "../elaborate/value.ts";
import type { AnyValue } from "../schema/types.ts";
import { isOptionPath, settingFile } from "../settings/setting.ts";
import { plainValue } from "../elaborate/options/plain-values.ts";

export function paramsOf(bindings: Bindings): readonly ParamDeclaration[] {
  return entrySymbols(bindings).filter((symbol) => symbol.kind === "Param");
}

interface Checking {
  readonly bindings: Bindings;
  readonly references: References;
  readonly reporter: Reporter;
  readonly work: Work;
}

/**
 * The values of `--set width=256`: the text is a value of the language, and a bare word that names nothing is a string.
 */
export function paramOverrides(checking: Checking, set: ReadonlyMap<string, string>): ReadonlyMap<string, Value> {
  const { bindings, reporter } = checking;
  const overrides = new Map<string, Value>();
  const params = paramsOf(bindings);
  for (const [name, text] of set) {
    if (isOptionPath(name)) continue;
    const param = params.find((candidate) => candidate.name.name === name);
    if (!param) {
      reporter.report(
        "unknown_param",
        { file: settingFile(name), start: 0, end: name.length },
        {
          name,
          nearest: nearest(
            name,
            params.map((candidate) => candidate.name.name),
          ),
        },
      );
      continue;
    }
    const elaboration = createElaboration(checking);
    const at = { file: settingFile(name), start: name.length + 1, end: name.length + 1 + text.length };
    const value = typedParamValue(elaboration, param, settingValue(elaboration, text), at);
    if (value) overrides.set(name, value);
  }
  return overrides;
}

function settingValue(elaboration: Elaboration, text: string): Value {
  const { entry } = elaboration.bindings;
  const { tree, problems } = parse(`param value = ${text}`, entry);
  const [declaration, ...more] = tree.declarations;
  if (declaration?.kind !== "Param" || more.length > 0 || problems.length > 0 || declaration.value.kind === "Name")
    return string(text);
  const quiet = { ...elaboration, reporter: createReporter() };
  const value = evaluate(declarationFrame(quiet, entry, [], declaration.value), declaration.value);
  return value.kind === "poison" ? string(text) : value;
}

/** The value in the type of the param. Reports a diagnostic and returns `undefined` if it does not fit. */
export function typedParamValue(
  elaboration: Elaboration,
  param: ParamDeclaration,
  value: Value,
  at: Span,
): Value | undefined {
  const type = param.type && parameterType(param.type);
  if (!type) return param.type ? value : likeDefault(elaboration, param, value, at);
  const typed = coerceParam(
    declarationFrame(elaboration, param.span.file, [], []),
    value,
    type,
    `The param "${param.name.name}"`,
    at,
  );
  return typed.kind === "poison" ? undefined : typed;
}

/** Converts a value to the type of the default, for a param without a declared type. */
function likeDefault(elaboration: Elaboration, param: ParamDeclaration, value: Value, at: Span): Value | undefined {
  const quiet = { ...elaboration, reporter: createReporter() };
  const usual = evaluate(declarationFrame(quiet, param.span.file, [], param.value), param.value);
  if (usual.kind === "poison" || usual.kind === value.kind) return value;
  elaboration.reporter.report("wrong_type", at, {
    what: `The param "${param.name.name}"`,
    expected: `like its default, ${describe(usual)}`,
    found: describe(value),
  });
  return undefined;
}

/** The values of all params, each checked against its type. */
export function resolvedParams(elaboration: Elaboration): { readonly [name: string]: AnyValue } {
  const params: { [name: string]: AnyValue } = {};
  for (const param of paramsOf(elaboration.bindings)) {
    if (param.type && !parameterType(param.type)) {
      const name = param.type.kind === "NamedType" ? param.type.name.name : "this";
      elaboration.reporter.report("unknown_name", param.type.span, {
        name,
        kind: "type",
        nearest: nearest(name, typeNames),
        known: typeNames,
      });
    }
    const frame = declarationFrame(elaboration, param.span.file, [], param.value);
    if (param.type) reportRepeatedChoices(frame, { name: param.name, type: param.type });
    const value = symbolValue(frame, param, param.span);
    const plain = plainValue(value);
    if (plain !== undefined) params[param.name.name] = plain;
    else if (value.kind !== "poison")
      elaboration.reporter.report("not_compile_time", param.value.span, { what: `The param "${param.name.name}"` });
  }
  return params;
}
