import type {
  BlockDeclaration,
  DatasetDeclaration,
  Declaration,
  FusionDeclaration,
  Identifier,
  LayerDeclaration,
  ModalityDeclaration,
  ParamDeclaration,
  Span,
  StageDeclaration,
  StreamDeclaration,
  TaskDeclaration,
} from "../../grammar/ast.ts";

/** A declaration that can be referred to by name. */
export type SymbolDeclaration =
  | BlockDeclaration
  | DatasetDeclaration
  | FusionDeclaration
  | LayerDeclaration
  | ModalityDeclaration
  | ParamDeclaration
  | StageDeclaration
  | StreamDeclaration
  | TaskDeclaration;

/** Declarations by name, where nothing but a single one is asked for. */
export type Names = Pick<ReadonlyMap<string, SymbolDeclaration>, "get">;

/** Names that the declarations of a file can see: its own and its imports. Blocks of the prelude come after them. */
export interface FileScope {
  readonly path: string;
  readonly symbols: ReadonlyMap<string, SymbolDeclaration>;
}

/** Kinds that may be imported; tasks and stages belong to one model. */
export const importable: ReadonlySet<SymbolDeclaration["kind"]> = new Set<SymbolDeclaration["kind"]>([
  "Block",
  "Param",
  "Modality",
  "Layer",
  "Dataset",
]);

export function symbolOf(declaration: Declaration): SymbolDeclaration | undefined {
  switch (declaration.kind) {
    case "Model":
    case "Import":
    case "Renamed":
    case "Adapt":
      return undefined;
    case "Block":
    case "Dataset":
    case "Fusion":
    case "Layer":
    case "Modality":
    case "Param":
    case "Stage":
    case "Stream":
    case "Task":
      return declaration;
  }
}

export function nameSpan(symbol: { readonly name: Identifier }): Span {
  return symbol.name.span;
}
