/**
 * The language service as a library, for editors: a `Workspace` has the texts, and each function answers one question about a
 * file in plain data. Nothing here needs Node or a protocol, so that a page can import it. Paths are any text that the host understands;
 * offsets are in UTF-16 units.
 */

export { type Analysis, Workspace } from "./workspace.ts";
export type { ServiceHost } from "./service-host.ts";
export { type TextEdit, editedText } from "./text-edit.ts";

export { type CallItem, callItemAt, callsFrom, callsTo } from "./call-hierarchy.ts";
export type { CodeAction, CodeActionKind } from "./code-actions/code-action.ts";
export { codeActionsAt, type FoundCodeAction } from "./code-actions/index.ts";
export { type CodeLens, codeLensesOf } from "./code-lenses.ts";
export { type CompletionItem, type ItemKind } from "./completion/completion-item.ts";
export { type Completions, completionsAt } from "./completion/completions.ts";
export { type DefinitionLink, definitionAt } from "./definition.ts";
export { diagnosticsOf } from "./diagnostics.ts";
export { type DocumentLink, documentLinks } from "./document-links.ts";
export { type DocumentSymbol, documentSymbols } from "./document-symbols.ts";
export { type Fold, foldsOf } from "./folding.ts";
export { type Formatting, formatting, formattingAfter, rangeFormatting } from "./formatting.ts";
export { type Highlight, highlightsAt } from "./highlights.ts";
export { type Hover, hoverAt } from "./hover.ts";
export { implementationsAt } from "./implementations.ts";
export { type HintKind, type InlayHint, inlayHintsOf } from "./inlay-hints.ts";
export { referencesAt } from "./references.ts";
export { type Refusal, renameableAt } from "./rename/renameable.ts";
export { rename } from "./rename/rename.ts";
export type { Renamed } from "./rename/weight-edits.ts";
export { editsForMoves, type FileMove } from "./renamed-files.ts";
export { selectionsAt } from "./selection-ranges.ts";
export { type SemanticToken, semanticTokens } from "./semantic-tokens.ts";
export { type SignatureHelp, signatureHelpAt } from "./signature-help.ts";
export { sizeOriginAt } from "./size-origin.ts";
export { workspaceSymbols } from "./workspace-symbols.ts";
