import type { Node, SpecificationFile } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { type Token, lex } from "../../grammar/lex.ts";
import {
  Identifier,
  InfixOperator,
  NumberLiteral,
  PrefixOperator,
  StringLiteral,
  heads,
} from "../../grammar/tokens.ts";
import { isPrelude } from "../../compiler/prelude/prelude.ts";
import { type Definition, type Reference, placeOf } from "../../compiler/resolve/definition.ts";
import type { Workspace } from "./workspace.ts";

/** Kinds of tokens: those of the protocol where one fits, and the kinds of declarations of the language. */
export const tokenKinds = [
  "comment",
  "keyword",
  "string",
  "number",
  "unit",
  "operator",
  "type",
  "namespace",
  "modality",
  "stream",
  "fusion",
  "layer",
  "block",
  "param",
  "task",
  "dataset",
  "stage",
  "parameter",
  "variable",
  "property",
  "function",
  "enumMember",
] as const;
export type TokenKind = (typeof tokenKinds)[number];

export const tokenModifiers = ["declaration", "documentation", "defaultLibrary"] as const;
export type TokenModifier = (typeof tokenModifiers)[number];

export interface SemanticToken {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
  readonly modifiers: readonly TokenModifier[];
}

/** The tokens of a file in the order of its text. Each is on one line, and none overlaps another. */
export function semanticTokens(workspace: Workspace, path: string): readonly SemanticToken[] {
  const analysis = workspace.analyse(path);
  if (!analysis) return [];
  const { text, tree, references } = analysis;
  const { tokens, comments } = lex(text);
  const named = references.inFile(path);
  const byStart = new Map(named.map((reference) => [reference.at.start, reference]));
  const roles = rolesIn(tree);
  return [
    ...comments.map(({ startOffset: start, image }) => ({
      start,
      end: start + image.length,
      kind: "comment" as const,
      modifiers: image.startsWith("///") && !image.startsWith("////") ? (["documentation"] as const) : [],
    })),
    ...tokens.flatMap((token) => tokensOf(token, { named, byStart, roles })),
  ].toSorted((one, other) => one.start - other.start);
}

interface Names {
  readonly named: readonly Reference[];
  readonly byStart: ReadonlyMap<number, Reference>;
  readonly roles: ReadonlyMap<number, TokenKind>;
}

function tokensOf(token: Token, names: Names): readonly SemanticToken[] {
  const { startOffset: start, image, tokenType } = token;
  const end = start + image.length;
  const of = (kind: TokenKind): SemanticToken => ({ start, end, kind, modifiers: [] });
  const types = [tokenType, ...(tokenType.CATEGORIES ?? [])];
  const reference = names.byStart.get(start);
  if (types.includes(StringLiteral)) return stringTokens({ start, end }, names.named);
  if (reference && reference.at.end === end) {
    const kind = kindOf(reference.definition);
    if (kind) return [{ start, end, kind, modifiers: modifiersOf(reference) }];
  }
  const role = names.roles.get(start);
  if (role) return [of(role)];
  if (tokenType === NumberLiteral) return numberTokens(start, image);
  if (headTypes.has(tokenType) || /^[a-z]/iu.test(image))
    return [of(tokenType === Identifier ? "variable" : "keyword")];
  return types.includes(InfixOperator) || types.includes(PrefixOperator) || image === "=" ? [of("operator")] : [];
}

const headTypes: ReadonlySet<Token["tokenType"]> = new Set(Object.values(heads));

/** A number and its unit: `16` and `kHz`. */
function numberTokens(start: number, image: string): readonly SemanticToken[] {
  const [, number = image, unit = ""] = /^(.*\d)([A-Za-z%]+)$/u.exec(image) ?? [];
  const middle = start + number.length;
  return [
    { start, end: middle, kind: "number", modifiers: [] },
    ...(unit === "" ? [] : [{ start: middle, end: middle + unit.length, kind: "unit", modifiers: [] } as const]),
  ];
}

/** A string, cut at the names in it, such as those of `"read.layers.{0..half}.**"`. */
function stringTokens(
  { start, end }: { readonly start: number; readonly end: number },
  named: readonly Reference[],
): readonly SemanticToken[] {
  const inside = named.filter(({ at }) => start < at.start && at.end < end);
  const tokens: SemanticToken[] = [];
  let from = start;
  for (const reference of inside) {
    const kind = kindOf(reference.definition);
    if (!kind || reference.at.start < from) continue;
    if (from < reference.at.start) tokens.push({ start: from, end: reference.at.start, kind: "string", modifiers: [] });
    tokens.push({ start: reference.at.start, end: reference.at.end, kind, modifiers: modifiersOf(reference) });
    from = reference.at.end;
  }
  return from < end ? [...tokens, { start: from, end, kind: "string", modifiers: [] }] : tokens;
}

const kinds: { readonly [Kind in Definition["kind"]]: TokenKind | undefined } = {
  declaration: undefined,
  parameter: "parameter",
  local: "variable",
  index: "variable",
  binding: "variable",
  given: "variable",
  it: "variable",
  option: "property",
  member: "function",
  choice: "enumMember",
  written_choice: "enumMember",
  builtin: "keyword",
  part: "property",
  file: "string",
  dynamic: "variable",
  unresolved: undefined,
};

function kindOf(definition: Definition): TokenKind | undefined {
  if (definition.kind !== "declaration") return kinds[definition.kind];
  return definition.declaration.kind.toLowerCase() as Lowercase<typeof definition.declaration.kind>;
}

function modifiersOf({ definition, role }: Reference): readonly TokenModifier[] {
  const home = placeOf(definition)?.file;
  return [
    ...(role === "declaration" ? ["declaration" as const] : []),
    ...(home !== undefined && isPrelude(home) ? ["defaultLibrary" as const] : []),
  ];
}

/** The kinds of names that refer to nothing: types, the model's name, the labels of streams and the names of arguments. */
function rolesIn(tree: SpecificationFile): ReadonlyMap<number, TokenKind> {
  const roles = new Map<number, TokenKind>();
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...childrenOf(node));
    if (node.kind === "NamedType") roles.set(node.name.span.start, "type");
    if (node.kind === "Model") roles.set(node.name.span.start, "namespace");
    if (node.kind === "Entry" && node.key.kind === "Identifier") roles.set(node.key.span.start, "property");
    if (node.kind === "Member") roles.set(node.member.span.start, "property");
    if (node.kind !== "Argument") continue;
    for (const name of [node.name, node.label]) if (name) roles.set(name.span.start, "property");
  }
  return roles;
}
