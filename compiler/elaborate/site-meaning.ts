import type { Argument, Expression, NameExpression, Node as SyntaxNode } from "../../grammar/ast.ts";
import type { Body } from "../resolve/definition.ts";
import { localsNamed } from "../resolve/scopes.ts";
import type { Callable, CallableParameter } from "./callable.ts";
import { callableOf } from "./callables.ts";
import type { Elaboration } from "./elaboration.ts";

/** The meaning of a name, as far as names of weights are concerned. */
type SiteMeaning =
  | { readonly kind: "callable"; readonly callable: Callable }
  /** A block-typed parameter: the call is named after it. */
  | { readonly kind: "parameter" }
  /** A `layer`: its weights are named by its declaration. */
  | { readonly kind: "layer" };

/**
 * In callee position (`f(x)`, `x -> f`), an option or stream that has the name of a block is ignored; as a value, the
 * name refers to that option or stream.
 */
type Position = "callee" | "value";

/**
 * The meaning of a name for the names of weights. These names are an interface, so that their rules cannot change: a
 * block parameter is meant by its name in callee position even after a `let` of the same name, and a `layer` of the
 * same body does not hide a block.
 */
export function siteMeaning(
  elaboration: Elaboration,
  node: NameExpression,
  position: Position,
): SiteMeaning | undefined {
  const { scope, callee } = elaboration.references.nameOf(node);
  const locals = [...localsNamed(scope, node.name)];
  const parameter = locals.find(({ definition }) => definition.kind === "parameter")?.definition;
  const isBlock = parameter?.kind === "parameter" && isBlockType(parameter.parameter.type);
  if (position === "value") {
    const own = bodyOf(scope.body);
    const inBody = locals.filter(({ body }) => bodyOf(body) === own).map(({ definition }) => definition);
    const hides = inBody.some(
      (local) =>
        local.kind !== "parameter" &&
        !(local.kind === "it" && local.of.kind === "Argument") &&
        !(local.kind === "local" && local.statement.kind === "LayerStatement"),
    );
    const isOuter = locals.some(({ body }) => bodyOf(body) !== own);
    if (hides || (isOuter && !isBlock)) return undefined;
  }
  if (isBlock) return { kind: "parameter" };
  if (parameter && position === "value") return undefined;
  const declared = position === "value" ? scope.file.symbols.get(node.name) : undefined;
  const symbol = declared ?? callee?.declaration;
  if (symbol?.kind === "Layer") return { kind: "layer" };
  return symbol?.kind === "Block" ? { kind: "callable", callable: callableOf(elaboration, symbol) } : undefined;
}

/** A layer that an argument makes is in the body that the call is in. */
function bodyOf(body: Body | undefined): Body | undefined {
  return body?.node.kind === "Argument" ? bodyOf(body.outer.body) : body;
}

function isBlockType(type: { readonly kind: string; readonly name?: { readonly name: string } | undefined }): boolean {
  return type.kind === "NamedType" && type.name?.name === "block";
}

/** The node of the one call that the expression is, if it is one: `f(x)`, `x -> f(a)`, `x -> repeat(n) { … }`. */
export function exactSite(elaboration: Elaboration, expression: Expression): SyntaxNode | undefined {
  if (expression.kind === "Call" || expression.kind === "Repeat") return expression;
  if (expression.kind !== "Pipe" || !isPlain(elaboration, expression.left)) return undefined;
  const { right } = expression;
  if (right.kind === "Call" || right.kind === "Repeat") return right;
  return right.kind === "Name" && siteMeaning(elaboration, right, "callee") ? right : undefined;
}

function isPlain(elaboration: Elaboration, expression: Expression): boolean {
  if (expression.kind === "Name") return siteMeaning(elaboration, expression, "value") === undefined;
  if (expression.kind === "Member") return isPlain(elaboration, expression.object);
  return expression.kind === "Optional" && isPlain(elaboration, expression.operand);
}

/**
 * True if an argument is a layer value, as a block parameter accepts it: a bare name, a call whose arguments are all
 * named, or a pipeline that begins with one of these.
 */
export function isLayer(elaboration: Elaboration, expression: Expression): boolean {
  if (expression.kind === "Name") return siteMeaning(elaboration, expression, "value") !== undefined;
  if (expression.kind === "Pipe") return isLayer(elaboration, expression.left);
  return expression.kind === "Call" && expression.arguments.every((argument) => argument.name);
}

/**
 * True if an argument is a bare name out of a parameter's `one of`, which may be a block's name too:
 * `positions(learned)`.
 */
export function isChoice({ name, value }: Argument, parameters: readonly CallableParameter[]): boolean {
  if (value.kind !== "Name") return false;
  return parameters.some(({ type }) => {
    const own = type.kind === "optional" ? type.inner : type;
    return own.kind === "one_of" && (name !== undefined || own.options.includes(value.name));
  });
}
