import type { SpecificationFile } from "../../../../grammar/ast.ts";
import { type SymbolDeclaration, importable, symbolOf } from "../../../../compiler/bind/symbols.ts";
import { callOfBlock } from "../call-snippet.ts";
import type { Draft, Edit, ItemKind } from "../completion-item.ts";
import { docOfBlock, docOfDeclaration } from "../documentation.ts";
import { typesWithin } from "../expected.ts";
import { importEdit, importPath } from "../../import-edit.ts";
import { type CompletionRequest, type Source, symbolsSeen } from "../request.ts";
import { isStreamParameter } from "../callee.ts";
import { wantsOf } from "../wants.ts";

/** The names between the braces of an import: what the file exports. */
export const importedNames: Source = (request) => {
  const { slot, surroundings, workspace, analysis } = request;
  if (slot.begins !== "imported name") return [];
  const [file, braces] = [surroundings.frames[0], surroundings.frames.at(-1)];
  const from = file?.after.find(({ type }) => type === "StringLiteral")?.text.slice(1, -1);
  const given = new Set([...(braces?.before ?? []), ...(braces?.after ?? [])].map(({ text }) => text));
  const paths = from === undefined ? [] : [workspace.resolve(analysis.path, from)];
  return paths
    .flatMap((path) => exportsOf(workspace.parsed(path)?.tree))
    .filter(({ name }) => !given.has(name.name))
    .map((symbol) => ({ ...described(symbol), rank: 0 }));
};

/** Names that other specifications of the workspace export and that fit here. Choosing one imports it. */
export const importableNames: Source = (request) => {
  const { workspace, analysis, word } = request;
  if (!request.slot.value || word === "") return [];
  const seen = new Set([...symbolsSeen(request).map(({ name }) => name.name), ...request.names.prelude.symbols.keys()]);
  const others = workspace.specifications.filter((path) => path !== analysis.path);
  return others.flatMap((path) => {
    const tree = workspace.parsed(path)?.tree;
    const from = importPath(analysis.path, path);
    return exportsOf(tree)
      .filter((symbol) => !seen.has(symbol.name.name) && startsLike(symbol.name.name, word) && fits(request, symbol))
      .map((symbol) => ({
        ...described(symbol),
        detail: `from "${from}"`,
        rank: 20,
        edits: [importOf(symbol.name.name, path, request)],
        ...(symbol.kind === "Block" ? { snippet: callOfBlock(symbol, wantsStream(request) ? "value" : "layer") } : {}),
      }));
  });
};

function exportsOf(tree: SpecificationFile | undefined): readonly SymbolDeclaration[] {
  return (tree?.declarations ?? [])
    .map(symbolOf)
    .filter((symbol) => symbol !== undefined && importable.has(symbol.kind)) as readonly SymbolDeclaration[];
}

/** An unfinished word may become a name that has all of its letters in their order, as editors search. */
function startsLike(name: string, word: string): boolean {
  let at = 0;
  for (const letter of name.toLowerCase()) if (letter === word[at]?.toLowerCase()) at += 1;
  return at === word.length && name.toLowerCase().startsWith(word[0]?.toLowerCase() ?? "");
}

function wantsStream({ slot }: CompletionRequest): boolean {
  return slot.value !== undefined && !slot.step && wantsOf(slot.value).stream;
}

function fits({ slot }: CompletionRequest, symbol: SymbolDeclaration): boolean {
  if (!slot.value) return false;
  const wants = wantsOf(slot.value);
  switch (symbol.kind) {
    case "Block":
      return wants.stream || (wants.layer && symbol.parameters.some(isStreamParameter)) || wants.loss;
    case "Layer":
      return wants.layer || wants.stream;
    case "Modality":
      return wants.stream && !slot.step;
    case "Param":
      return wants.number;
    default:
      return (
        slot.value.kind === "option" &&
        typesWithin(slot.value.type).some((type) => type.kind === "name" && type.of === "dataset")
      );
  }
}

function described(symbol: SymbolDeclaration): Omit<Draft, "rank"> {
  return {
    label: symbol.name.name,
    kind: symbol.kind.toLowerCase() as ItemKind,
    documentation: () => (symbol.kind === "Block" ? docOfBlock(symbol) : docOfDeclaration(symbol)),
  };
}

function importOf(name: string, from: string, { workspace, analysis }: CompletionRequest): Edit {
  const { at, text } = importEdit(workspace, analysis, { name, from }).edit;
  return { start: at.start, end: at.end, text };
}
