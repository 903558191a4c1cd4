import type { Argument, CallExpression, Expression, Identifier, Span } from "../../grammar/ast.ts";
import type { References } from "../resolve/resolve-names.ts";
import { isStreamType, parameterType } from "../resolve/parameter-type.ts";

/** Compile-time parameters that a call of a block leaves at their defaults. */
export function expandBlocks(expression: Expression, references: References): Expression {
  const inside = (inner: Expression): Expression => expandBlocks(inner, references);
  switch (expression.kind) {
    case "Pipe":
      return {
        ...expression,
        left: inside(expression.left),
        right: expandCallee(inside(expression.right), references),
      };
    case "Call":
      return expandCallee(
        {
          ...expression,
          arguments: expression.arguments.map((argument) => ({ ...argument, value: inside(argument.value) })),
        },
        references,
      );
    case "List":
    case "Tuple":
      return { ...expression, items: expression.items.map(inside) };
    case "If":
      return {
        ...expression,
        consequence: inside(expression.consequence),
        alternative: inside(expression.alternative),
      };
    case "Binary":
      return { ...expression, left: inside(expression.left), right: inside(expression.right) };
    case "Optional":
      return { ...expression, operand: inside(expression.operand) };
    default:
      return expression;
  }
}

function expandCallee(expression: Expression, references: References): Expression {
  const call = asCall(expression);
  const callee = call?.callee.kind === "Name" ? call.callee : undefined;
  const symbol = callee && references.nameOf(callee).callee?.declaration;
  if (!call || symbol?.kind !== "Block") return expression;
  const compileTime = symbol.parameters.filter((parameter) => {
    const type = parameterType(parameter.type);
    return type && !isStreamType(type);
  });
  const named = new Set(call.arguments.flatMap((argument) => argument.name?.name ?? []));
  const positional = call.arguments.filter(
    (argument) => !argument.name && !isStreamLike(argument.value, references),
  ).length;
  const open = compileTime.filter((parameter) => !named.has(parameter.name.name)).slice(positional);
  // A default that depends on other parameters has no meaning outside its block.
  const added = open.flatMap((parameter) =>
    parameter.default && isClosed(parameter.default, references)
      ? [namedArgument(parameter.name.name, expandBlocks(parameter.default, references), call.span)]
      : [],
  );
  return added.length === 0 ? expression : { ...call, arguments: [...call.arguments, ...added] };
}

function isStreamLike(expression: Expression, references: References): boolean {
  if (expression.kind === "Pipe") return true;
  if (expression.kind === "Member") return isStreamLike(expression.object, references);
  if (expression.kind === "Optional") return true;
  if (expression.kind !== "Name")
    return expression.kind === "List" && expression.items.some((item) => isStreamLike(item, references));
  return ["Stream", "Modality", "Fusion"].includes(references.declarationOf(expression)?.kind ?? "");
}

function isClosed(expression: Expression, references: References): boolean {
  if (expression.kind === "Call") return expression.arguments.every(({ value }) => isClosed(value, references));
  if (expression.kind === "Name") return references.nameOf(expression).definition.kind !== "parameter";
  return (
    expression.kind === "Number" ||
    expression.kind === "String" ||
    expression.kind === "Boolean" ||
    (expression.kind === "Unary" && isClosed(expression.operand, references))
  );
}

function asCall(expression: Expression): CallExpression | undefined {
  if (expression.kind === "Call") return expression;
  return expression.kind === "Name"
    ? { kind: "Call", span: expression.span, callee: expression, arguments: [] }
    : undefined;
}

const empty = (at: Span): Span => ({ ...at, start: at.end });
const identifier = (text: string, at: Span): Identifier => ({ kind: "Identifier", span: empty(at), name: text });
const namedArgument = (option: string, value: Expression, at: Span): Argument => ({
  kind: "Argument",
  span: empty(at),
  name: identifier(option, at),
  value,
});
