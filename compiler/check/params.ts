import type { ParamDeclaration } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import type { Bindings } from "../bind/bind.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { createElaboration } from "../elaborate/create.ts";
import type { CallableCache, Elaboration } from "../elaborate/elaboration.ts";
import { evaluate } from "../elaborate/evaluate.ts";
import { declarationFrame, symbolValue } from "../elaborate/symbol-values.ts";
import { parameterType, typeNames } from "../elaborate/callable.ts";
import { type Value, string } from "../elaborate/value.ts";
import type { AnyValue } from "../schema/types.ts";
import { plainValue } from "./resolve-option.ts";

export function paramsOf(bindings: Bindings): readonly ParamDeclaration[] {
  return [...(bindings.scopes.get(bindings.entry)?.symbols.values() ?? [])].filter((symbol) => symbol.kind === "Param");
}

/** `--set width=256`: the text is a value of the language; a bare word that names nothing is a string. */
export function paramOverrides(bindings: Bindings, callables: CallableCache, set: ReadonlyMap<string, string>, reporter: Reporter): ReadonlyMap<string, Value> {
  const overrides = new Map<string, Value>();
  const params = paramsOf(bindings);
  for (const [name, text] of set) {
    const param = params.find((candidate) => candidate.name.name === name);
    const entry = { file: bindings.entry, start: 0, end: 0 };
    if (!param) {
      reporter.report("unknown_param", entry, { name, nearest: nearest(name, params.map((candidate) => candidate.name.name)) });
      continue;
    }
    const { tree, problems } = parse(`param value = ${text}`, bindings.entry);
    const [declaration] = tree.declarations;
    if (declaration?.kind !== "Param" || problems.length > 0 || declaration.value.kind === "Name") overrides.set(name, string(text));
    else {
      const elaboration = createElaboration({ bindings, reporter, callables });
      overrides.set(name, evaluate(elaboration, declarationFrame(elaboration, bindings.entry, [], declaration.value), declaration.value));
    }
  }
  return overrides;
}

/** The values of all params, each checked against its type. */
export function resolvedParams(elaboration: Elaboration): { readonly [name: string]: AnyValue } {
  const params: { [name: string]: AnyValue } = {};
  for (const param of paramsOf(elaboration.bindings)) {
    if (param.type && !parameterType(param.type)) {
      const name = param.type.kind === "NamedType" ? param.type.name.name : "this";
      elaboration.reporter.report("unknown_name", param.type.span, { name, nearest: nearest(name, typeNames) });
    }
    const value = symbolValue(elaboration, declarationFrame(elaboration, param.span.file, [], param.value), param, param.span);
    const plain = plainValue(value);
    if (plain !== undefined) params[param.name.name] = plain;
    else if (value.kind !== "poison") elaboration.reporter.report("not_compile_time", param.value.span, { what: `The param "${param.name.name}"` });
  }
  return params;
}
