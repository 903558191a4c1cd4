import type { Argument, Expression, Node as SyntaxNode } from "../../grammar/ast.ts";
import type { Callable, CallableParameter } from "./callable.ts";

/** What a name means, as far as names of weights are concerned. */
type StaticCallee =
  | { readonly kind: "callable"; readonly callable: Callable }
  /** A block-typed parameter: the call is named after it. */
  | { readonly kind: "parameter" }
  /** A `layer`: its weights are named by its declaration. */
  | { readonly kind: "layer" };

/** In callee position (`f(x)`, `x -> f`) an option or a stream that shares a block's name is passed over; as a value it is what it is. */
type Position = "callee" | "value";

export type ResolveCallee = (name: string, position: Position) => StaticCallee | undefined;

/** The node of the one call that the expression is, if it is one: `f(x)`, `x -> f(a)`, `x -> repeat(n) { … }`. */
export function exactSite(expression: Expression, meaning: ResolveCallee): SyntaxNode | undefined {
  if (expression.kind === "Call" || expression.kind === "Repeat") return expression;
  if (expression.kind !== "Pipe" || !isPlain(expression.left, meaning)) return undefined;
  const { right } = expression;
  if (right.kind === "Call" || right.kind === "Repeat") return right;
  return right.kind === "Name" && meaning(right.name, "callee") ? right : undefined;
}

function isPlain(expression: Expression, meaning: ResolveCallee): boolean {
  if (expression.kind === "Name") return meaning(expression.name, "value") === undefined;
  if (expression.kind === "Member") return isPlain(expression.object, meaning);
  return expression.kind === "Optional" && isPlain(expression.operand, meaning);
}

/** Whether an argument is a layer value, as a block parameter takes it: a bare name, a call whose arguments are all named, a pipeline that begins with one. */
export function isLayer(expression: Expression, meaning: ResolveCallee): boolean {
  if (expression.kind === "Name") return meaning(expression.name, "value") !== undefined;
  if (expression.kind === "Pipe") return isLayer(expression.left, meaning);
  return expression.kind === "Call" && expression.arguments.every((argument) => argument.name);
}

/** Whether an argument is a bare name out of a parameter's `one of`, which may be a block's name too: `positions(learned)`. */
export function isChoice({ name, value }: Argument, parameters: readonly CallableParameter[]): boolean {
  if (value.kind !== "Name") return false;
  return parameters.some(({ type }) => {
    const own = type.kind === "optional" ? type.inner : type;
    return own.kind === "one_of" && (name !== undefined || own.options.includes(value.name));
  });
}
