import type { Declaration, Entry, Node, Span, Statement } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { printSignature } from "../../compiler/formatter/print.ts";
import type { Workspace } from "./workspace.ts";

export type SymbolKind =
  | "model"
  | "import"
  | "param"
  | "modality"
  | "block"
  | "layer"
  | "stream"
  | "fusion"
  | "task"
  | "dataset"
  | "stage"
  | "renaming"
  | "local"
  | "weight"
  | "option";

/** A declaration, or what is declared in it. `name` is the span of its name, `detail` the beginning of its text after the name. */
export interface DocumentSymbol {
  readonly label: string;
  readonly kind: SymbolKind;
  readonly detail: string;
  readonly whole: Span;
  readonly name: Span;
  readonly children: readonly DocumentSymbol[];
}

/** The declarations of a file in the order of its text, whether or not it has mistakes. */
export function documentSymbols(workspace: Workspace, path: string): readonly DocumentSymbol[] {
  const text = workspace.textOf(path) ?? "";
  return (workspace.parsed(path)?.tree.declarations ?? []).map((declaration) => symbolOf(declaration, text));
}

const kinds: { readonly [Kind in Declaration["kind"]]: SymbolKind } = {
  Model: "model",
  Import: "import",
  Param: "param",
  Modality: "modality",
  Block: "block",
  Layer: "layer",
  Stream: "stream",
  Fusion: "fusion",
  Task: "task",
  Dataset: "dataset",
  Stage: "stage",
  Renamed: "renaming",
  Adapt: "renaming",
};

function symbolOf(declaration: Declaration, text: string): DocumentSymbol {
  const named = nameOf(declaration);
  return {
    label: named.kind === "String" ? named.value : named.name,
    kind: kinds[declaration.kind],
    detail: detailOf(declaration, text),
    whole: declaration.span,
    name: named.span,
    children: childrenIn(declaration, text),
  };
}

function nameOf(declaration: Declaration): Extract<Node, { readonly kind: "Identifier" | "String" }> {
  switch (declaration.kind) {
    case "Import":
      return declaration.from;
    case "Renamed":
      return declaration.from;
    case "Adapt":
      return declaration.weights;
    default:
      return declaration.name;
  }
}

function detailOf(declaration: Declaration, text: string): string {
  switch (declaration.kind) {
    case "Model":
      return declaration.title?.value ?? "";
    case "Import":
      return declaration.names.map(({ name }) => name).join(", ");
    case "Param":
      return shortened(text, { ...declaration.value.span, start: (declaration.type ?? declaration.value).span.start });
    case "Block":
      return printSignature(declaration).slice("block ".length + declaration.name.name.length);
    case "Renamed":
      return `-> ${declaration.to.value}`;
    case "Task":
    case "Dataset":
    case "Stage":
      return "";
    default:
      return shortened(text, declaration.value.span);
  }
}

function childrenIn(declaration: Declaration, text: string): readonly DocumentSymbol[] {
  if (declaration.kind === "Block") return declaration.body.flatMap((statement) => statementSymbols(statement, text));
  return "options" in declaration ? declaration.options.map((entry) => optionSymbol(entry, text)) : [];
}

function statementSymbols(statement: Statement, text: string): readonly DocumentSymbol[] {
  const names =
    statement.kind === "Let"
      ? statement.names
      : statement.kind === "Weight" || statement.kind === "State" || statement.kind === "LayerStatement"
        ? [statement.name]
        : [];
  const kind = statement.kind === "Weight" || statement.kind === "State" ? "weight" : "local";
  const value = "value" in statement ? shortened(text, statement.value.span) : "";
  return names.map((name) => ({
    label: name.name,
    kind: statement.kind === "LayerStatement" ? "layer" : kind,
    detail: value,
    whole: statement.span,
    name: name.span,
    children: [],
  }));
}

function optionSymbol(entry: Entry, text: string): DocumentSymbol {
  return {
    label: keyOf(entry),
    kind: "option",
    detail: shortened(text, entry.value.span),
    whole: entry.span,
    name: entry.key.span,
    children: [],
  };
}

/** Letters of a detail, which an editor shows on one line beside the name. */
const mostLetters = 80;

function shortened(text: string, { start, end }: Span): string {
  const line = text
    .slice(start, end)
    .replaceAll(/\/\/[^\n]*/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return line.length > mostLetters ? `${line.slice(0, mostLetters - 1)}…` : line;
}
