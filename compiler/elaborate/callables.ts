import type { BlockDeclaration, TypeExpression } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Callable } from "./callable.ts";
import { type ParameterType, parameterType, typeNames } from "../resolve/parameter-type.ts";
import type { Elaboration } from "./elaboration.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { natives } from "./natives/index.ts";
import { fileOf } from "./symbol-values.ts";

/** The type that a misspelt one was most likely meant to be, so that calls of the block can be checked all the same. */
function likelyType(written: TypeExpression): ParameterType {
  const name = written.kind === "NamedType" ? nearest(written.name.name, typeNames) : undefined;
  const likely =
    written.kind === "NamedType" && name !== undefined
      ? parameterType({ ...written, name: { ...written.name, name } })
      : undefined;
  return likely ?? { kind: "any" };
}

/** The callable of a declared block, made once. */
export function callableOf(elaboration: Elaboration, declaration: BlockDeclaration): Callable {
  const known = elaboration.callables.get(declaration);
  if (known) return known;
  const parameters = declaration.parameters.map((parameter) => {
    const type = parameterType(parameter.type);
    if (!type) {
      const name = parameter.type.kind === "NamedType" ? parameter.type.name.name : "this";
      elaboration.reporter.report("unknown_name", parameter.type.span, {
        name,
        kind: "type",
        nearest: nearest(name, typeNames),
        known: typeNames,
      });
    }
    return { name: parameter.name.name, type: type ?? likelyType(parameter.type), default: parameter.default };
  });
  const native =
    isPrelude(declaration.span.file) && declaration.body.length === 0 ? natives[declaration.name.name] : undefined;
  const callable: Callable = {
    name: declaration.name.name,
    declaration,
    file: fileOf(elaboration, declaration.span.file),
    parameters,
    native,
  };
  elaboration.callables.set(declaration, callable);
  return callable;
}
