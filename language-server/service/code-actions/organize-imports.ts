import { editedText } from "../../../compiler/edited-text.ts";
import type { ImportDeclaration } from "../../../grammar/ast.ts";
import { definitionOfDeclaration } from "../../../compiler/resolve/definition.ts";
import type { CodeActionSource, Selection } from "./code-action.ts";
import { replaced } from "./snippets.ts";

/** Imports are sorted, those of one file are joined, and names that nothing uses are left out. */
export const organizeImports: CodeActionSource = {
  name: "organize-imports",
  kind: "source.organizeImports",
  find(selection) {
    const { analysis, path } = selection;
    const imports = analysis.tree.declarations.filter((each): each is ImportDeclaration => each.kind === "Import");
    const [first, last] = [imports[0], imports.at(-1)];
    if (!first || !last || isMixed(selection, first.span.start, last.span.end, imports)) return [];
    const names = new Map<string, Set<string>>();
    for (const { names: imported, from } of imports)
      for (const name of imported)
        if (isUsed(selection, name.name)) names.set(from.value, (names.get(from.value) ?? new Set()).add(name.name));
    const lines = [...names]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([from, used]) => `import { ${[...used].toSorted().join(", ")} } from "${from}"`);
    const text = lines.join("\n");
    const at = { file: path, start: first.span.start, end: last.span.end };
    return analysis.text.slice(at.start, at.end) === text
      ? []
      : [{ title: "Organize imports", edits: [replaced(at, text)] }];
  },
};

/** True if something else is between the imports, which must not be lost. */
function isMixed(
  { analysis: { text } }: Selection,
  start: number,
  end: number,
  imports: readonly ImportDeclaration[],
): boolean {
  const between = editedText(
    text.slice(start, end),
    imports.map(({ span }) => ({ start: span.start - start, end: span.end - start, text: "" })),
  );
  return between.trim() !== "";
}

function isUsed({ analysis: { path, references, compilation } }: Selection, name: string): boolean {
  const declaration = compilation.bindings?.scopes.get(path)?.symbols.get(name);
  if (!declaration) return true;
  return references
    .usesOf(definitionOfDeclaration(declaration))
    .some(({ at, node }) => at.file === path && !isImported(selectionTree(compilation, path), node));
}

function isImported(imports: readonly ImportDeclaration[], node: unknown): boolean {
  return imports.some(({ names }) => names.some((name) => name === node));
}

function selectionTree(compilation: Selection["analysis"]["compilation"], path: string): readonly ImportDeclaration[] {
  const { declarations = [] } = compilation.files.get(path)?.tree ?? {};
  return declarations.filter((each): each is ImportDeclaration => each.kind === "Import");
}
