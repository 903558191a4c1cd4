import type { CstNode, IToken } from "chevrotain";
import type { Argument, Binding, Entry, Expression, Span } from "./ast.ts";
import { endOf, identifierOf, present, requireCommas, spanOf, stringOf, type BuildContext } from "./build-context.ts";
import { structure, type Piece } from "./build-operations.ts";
import { extent, node, nodes, token } from "./cst.ts";
import { Colon, Equals, False, Identifier, None, NumberLiteral, StringLiteral, True, Word } from "./tokens.ts";

/** The `expression` child of a node, or an `Error` at the node's end if recovery found none. */
export function expressionOf(parent: CstNode, context: BuildContext): Expression {
  return buildExpression(node(parent, "expression"), endOf(parent, context), context);
}

export function buildExpression(cst: CstNode | undefined, missingAt: Span, context: BuildContext): Expression {
  if (cst === undefined) return { kind: "Error", span: missingAt };
  const operation = node(cst, "operation");
  if (operation !== undefined) return buildOperation(operation, missingAt, context);
  if (extent(cst) === undefined) return { kind: "Error", span: missingAt };
  const end = endOf(cst, context);
  return {
    kind: "If",
    span: spanOf(cst, context),
    condition: buildExpression(node(cst, "condition"), end, context),
    consequence: buildExpression(node(cst, "consequence"), end, context),
    alternative: buildExpression(node(cst, "alternative"), end, context),
  };
}

export function buildOperation(cst: CstNode, missingAt: Span, context: BuildContext): Expression {
  const buildPiece = (operand: CstNode, at: number | undefined) =>
    buildOperand(operand, at === undefined ? missingAt : { file: context.file, start: at, end: at }, context);
  return structure(cst, buildPiece, context)?.expression ?? { kind: "Error", span: missingAt };
}

function buildOperand(cst: CstNode, missingAt: Span, context: BuildContext): Piece {
  let piece = buildPrimary(cst, context) ?? missing(missingAt);
  for (const suffix of nodes(cst, "suffix")) piece = applySuffix(piece, suffix, context);
  return piece;
}

function missing(span: Span): Piece {
  return { expression: { kind: "Error", span }, start: span.start, end: span.end };
}

function buildPrimary(cst: CstNode, context: BuildContext): Piece | undefined {
  const structured = node(cst, "repeat") ?? node(cst, "list") ?? node(cst, "entries") ?? node(cst, "parenthesized");
  if (structured !== undefined) {
    const expression = buildStructured(structured, context);
    const { start, end } = spanOf(structured, context);
    return { expression, start, end };
  }
  for (const [type, build] of literals) {
    const found = token(cst, type);
    if (found === undefined) continue;
    const span = spanOf(found, context);
    return { expression: build(found, span, context), start: span.start, end: span.end };
  }
  return undefined;
}

const literals = [
  [Identifier, ({ image }: IToken, span: Span): Expression => ({ kind: "Name", span, name: image })],
  [NumberLiteral, buildNumber],
  [
    StringLiteral,
    (literal: IToken, span: Span, context: BuildContext) => stringOf(literal, context) ?? { kind: "Error", span },
  ],
  [True, (_: IToken, span: Span): Expression => ({ kind: "Boolean", span, value: true })],
  [False, (_: IToken, span: Span): Expression => ({ kind: "Boolean", span, value: false })],
  [None, (_: IToken, span: Span): Expression => ({ kind: "None", span })],
] as const;

function buildNumber({ image }: IToken, span: Span, context: BuildContext): Expression {
  const match = /^(?<digits>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?<unit>%|[A-Za-z]+)?$/.exec(image);
  const value = Number(match?.groups?.["digits"]);
  if (Number.isFinite(value)) return { kind: "Number", span, value, ...present("unit", match?.groups?.["unit"]) };
  context.report({ kind: "malformed_number", span, text: image });
  return { kind: "Error", span };
}

function buildStructured(cst: CstNode, context: BuildContext): Expression {
  switch (cst.name) {
    case "repeat":
      return buildRepeat(cst, context);
    case "entries":
      return { kind: "Map", span: spanOf(cst, context), entries: buildEntries(cst, context) };
    default: {
      const items = buildItems(cst, context);
      if (cst.name === "list") return { kind: "List", span: spanOf(cst, context), items };
      const [only, ...others] = items;
      if (only === undefined) return { kind: "Error", span: spanOf(cst, context) };
      return others.length === 0 ? only : { kind: "Tuple", span: spanOf(cst, context), items };
    }
  }
}

/** The items between brackets or parentheses. */
export function buildItems(cst: CstNode, context: BuildContext): readonly Expression[] {
  const items = nodes(cst, "expression").filter((item) => extent(item) !== undefined);
  requireCommas(cst, items, context);
  return items.map((item) => buildExpression(item, endOf(item, context), context));
}

function applySuffix(piece: Piece, suffix: CstNode, context: BuildContext): Piece {
  const here = extent(suffix);
  if (here === undefined) return piece;
  const { start } = piece;
  const { end } = here;
  const span = { file: context.file, start, end };
  const list = node(suffix, "arguments");
  if (list !== undefined) {
    const body = node(suffix, "entries");
    const inBody = body === undefined ? [] : buildEntries(body, context).map(asArgument);
    return {
      start,
      end,
      expression: {
        kind: "Call",
        span,
        callee: piece.expression,
        arguments: [...buildArguments(list, context), ...inBody],
      },
    };
  }
  const member = identifierOf(token(suffix, Word), context);
  return member === undefined
    ? piece
    : { start, end, expression: { kind: "Member", span, object: piece.expression, member } };
}

function asArgument({ span, key, value, doc }: Entry): Argument {
  const name = key.kind === "Identifier" ? key : ({ kind: "Identifier", span: key.span, name: key.value } as const);
  return { kind: "Argument", span, name, value, ...present("doc", doc) };
}

function buildArguments(list: CstNode, context: BuildContext): readonly Argument[] {
  const items = nodes(list, "argument").filter((item) => extent(item) !== undefined);
  requireCommas(list, items, context);
  return items.map((item) => {
    const name = identifierOf(token(item, Identifier), context);
    const role = token(item, Colon) === undefined && token(item, Equals) !== undefined ? "label" : "name";
    return {
      kind: "Argument",
      span: spanOf(item, context),
      ...present(role, name),
      value: expressionOf(item, context),
    };
  });
}

export function buildEntries(cst: CstNode, context: BuildContext): readonly Entry[] {
  return nodes(cst, "entry").flatMap((entry): Entry[] => {
    const key = identifierOf(token(entry, Identifier), context) ?? stringOf(token(entry, StringLiteral), context);
    if (key === undefined) return [];
    const doc = context.takeDoc(key.span.start);
    const value = expressionOf(entry, context);
    return [{ kind: "Entry", span: spanOf(entry, context), key, value, ...present("doc", doc) }];
  });
}

function buildRepeat(cst: CstNode, context: BuildContext): Expression {
  const list = node(cst, "arguments");
  const bindings = node(cst, "bindings");
  return {
    kind: "Repeat",
    span: spanOf(cst, context),
    arguments: list === undefined ? [] : buildArguments(list, context),
    ...present("index", identifierOf(token(cst, Identifier), context)),
    ...present("from", bindings && buildBindings(bindings, context)),
    body: context.bodyOf(node(cst, "statements"), context),
  };
}

function buildBindings(cst: CstNode, context: BuildContext): readonly Binding[] {
  const items = nodes(cst, "binding");
  requireCommas(cst, items, context);
  return items.flatMap((item): Binding[] => {
    const name = identifierOf(token(item, Identifier), context);
    return name === undefined
      ? []
      : [{ kind: "Binding", span: spanOf(item, context), name, value: expressionOf(item, context) }];
  });
}
