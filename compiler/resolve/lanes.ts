import type {
  Argument,
  BlockDeclaration,
  Expression,
  OneOfType,
  Parameter,
  TypeExpression,
} from "../../grammar/ast.ts";
import { type Definition, type NameReference, definitionOfWrittenChoice } from "./definition.ts";
import { type ParameterType, isStreamType, parameterType } from "./parameter-type.ts";

/** The references that have been found so far, by the names they are of. */
export type Known = (node: Expression) => NameReference | undefined;

/** The type of a parameter, without `optional`. */
export function typeOf({ type }: Parameter): ParameterType | undefined {
  const written = parameterType(type);
  return written?.kind === "optional" ? written.inner : written;
}

/** The parameters of a block as a call fills them. */
interface Lanes {
  readonly byName: ReadonlyMap<string, Parameter>;
  /** Parameters that have no named argument. */
  readonly open: readonly Parameter[];
  readonly takesStreams: boolean;
  /**
   * The parameter of the next positional compile-time value, after `filled` values; a list takes all remaining ones.
   */
  valueAt(filled: number): Parameter | undefined;
}

/**
 * Positional arguments fill two lanes: streams fill the stream parameters in order, compile-time values the others.
 * This is decided here as far as the text shows it; elaboration binds arguments by their values.
 */
export function lanesOf({ parameters }: BlockDeclaration, args: readonly Argument[]): Lanes {
  const given = new Set(args.map(({ name }) => name?.name));
  const open = parameters.filter(({ name }) => !given.has(name.name));
  const values = open.filter((parameter) => !isStreamParameter(parameter));
  const list = values.findIndex(({ type }) => parameterType(type)?.kind === "list");
  return {
    byName: new Map(parameters.map((parameter) => [parameter.name.name, parameter])),
    open,
    takesStreams: parameters.some(isStreamParameter),
    valueAt: (filled) => values[list < 0 ? filled : Math.min(filled, list)],
  };
}

function isStreamParameter(parameter: Parameter): boolean {
  const type = parameterType(parameter.type);
  return type !== undefined && isStreamType(type);
}

const staticKinds: ReadonlySet<Expression["kind"]> = new Set(["Number", "String", "Boolean", "None", "Map", "Range"]);

/** True for an expression that may be a stream: all but those that are certainly a compile-time value or a layer. */
export function canBeStream(expression: Expression, known: Known): boolean {
  if (staticKinds.has(expression.kind)) return false;
  switch (expression.kind) {
    case "Unary":
      return canBeStream(expression.operand, known);
    case "Binary":
      return canBeStream(expression.left, known) || canBeStream(expression.right, known);
    case "If":
      return canBeStream(expression.consequence, known) || canBeStream(expression.alternative, known);
    case "Name":
      return canHoldStream(known(expression)?.bound);
    case "Call": {
      const callee = known(expression.callee)?.callee?.declaration;
      const result = callee?.kind === "Block" && callee.result ? parameterType(callee.result) : undefined;
      return result === undefined || isStreamType(result);
    }
    default:
      return true;
  }
}

function canHoldStream(bound: Definition | undefined): boolean {
  if (bound?.kind === "declaration") return ["Modality", "Stream", "Fusion"].includes(bound.declaration.kind);
  if (bound?.kind === "parameter") return isStreamParameter(bound.parameter);
  return bound !== undefined && ["local", "index", "binding", "given", "it"].includes(bound.kind);
}

/** True for a name that may be a layer, which takes precedence over a block of the same name in a call. */
export function canHoldLayer(bound: Definition | undefined): boolean {
  switch (bound?.kind) {
    case "parameter": {
      const type = typeOf(bound.parameter);
      return type === undefined || type.kind === "block" || type.kind === "any";
    }
    case "local":
      return bound.mayBeLayer;
    case "declaration":
      return bound.declaration.kind === "Block" || bound.declaration.kind === "Layer";
    default:
      return bound?.kind === "index" || bound?.kind === "binding" || bound?.kind === "given";
  }
}

/**
 * True for an expression that may be a layer: a block or a layer by its name, a call without a stream, a pipeline that
 * begins with one.
 */
export function canBeLayer(expression: Expression, known: Known): boolean {
  let first = expression;
  while (first.kind === "Pipe") first = first.left;
  switch (first.kind) {
    case "Name":
      return canHoldLayer(known(first)?.bound);
    case "Call":
      return first.arguments.every(({ name, value }) => name !== undefined || !canBeStream(value, known));
    case "If":
      return canBeLayer(first.consequence, known) || canBeLayer(first.alternative, known);
    case "Repeat":
      return first.from === undefined;
    default:
      return first.kind === "Member";
  }
}

/**
 * The choices that a value is one of, if the text shows them: those of a param, of a parameter, or of a `let` that is
 * one.
 */
export function choicesOf(expression: Expression, known: Known): OneOfType | undefined {
  const bound = expression.kind === "Name" ? known(expression)?.bound : undefined;
  if (bound?.kind === "parameter") return oneOf(bound.parameter.type);
  if (bound?.kind === "local") return bound.choices;
  if (bound?.kind !== "declaration" || bound.declaration.kind !== "Param") return undefined;
  return bound.declaration.type && oneOf(bound.declaration.type);
}

export function oneOf(type: TypeExpression): OneOfType | undefined {
  if (type.kind === "OptionalType") return oneOf(type.inner);
  return type.kind === "OneOfType" ? type : undefined;
}

/** The definition of a choice by its name. */
export function choiceNamed(type: OneOfType | undefined, name: string): Definition | undefined {
  const option = type?.options.find((each) => (each.kind === "String" ? each.value : each.name) === name);
  return option && definitionOfWrittenChoice(option);
}
