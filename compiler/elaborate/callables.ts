import type { BlockDeclaration, TypeExpression } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import type { Callable } from "./callable.ts";
import { type ParameterType, parameterType, typeNames } from "../resolve/parameter-type.ts";
import type { Elaboration } from "./elaboration.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { natives } from "./natives/index.ts";
import { fileOf } from "./symbol-values.ts";

/** The type that a misspelt one was most likely meant to be, so that calls of the block can be checked nevertheless. */
function likelyType(written: TypeExpression): ParameterType {
  const name = written.kind === "NamedType" ? nearestName(written.name.name, typeNames) : undefined;
  const likely =
    written.kind === "NamedType" && name !== undefined
      ? parameterType({ ...written, name: { ...written.name, name } })
      : undefined;
  return likely ?? { kind: "any" };
}

/**
 * The blocks that each file can call. The standard library has one scope for all programs, so that its blocks are
 * created once.
 */
const callables = new WeakMap<FileScope, Map<BlockDeclaration, Callable>>();

/** The callable of a declared block. A type that does not exist is reported by `checkSignature`. */
export function callableOf(elaboration: Elaboration, declaration: BlockDeclaration): Callable {
  const file = fileOf(elaboration, declaration.span.file);
  const ofFile = callables.get(file) ?? new Map<BlockDeclaration, Callable>();
  callables.set(file, ofFile);
  const known = ofFile.get(declaration);
  if (known) return known;
  const parameters = declaration.parameters.map((parameter) => ({
    name: parameter.name.name,
    type: parameterType(parameter.type) ?? likelyType(parameter.type),
    default: parameter.default,
  }));
  const native =
    isPrelude(declaration.span.file) && declaration.body.length === 0 ? natives[declaration.name.name] : undefined;
  const callable: Callable = {
    name: declaration.name.name,
    declaration,
    file,
    parameters,
    native,
  };
  ofFile.set(declaration, callable);
  return callable;
}
