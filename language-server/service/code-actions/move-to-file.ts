import { definitionOfDeclaration } from "../../../compiler/resolve/definition.ts";
import { importable, symbolOf } from "../../../compiler/bind/symbols.ts";
import type { CodeActionSource } from "./code-action.ts";
import { importEdit } from "../import-edit.ts";
import { isLibrary } from "../is-library.ts";
import { inserted, replaced, wholeLines } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

/** A block, param, modality, layer or data set that uses nothing of its file moves to another file of the workspace, which is then imported. */
export const moveToFile: CodeActionSource = {
  name: "move-to-file",
  kind: "refactor.move",
  find(selection) {
    const { workspace, path, analysis } = selection;
    const declaration = headedDeclaration(selection);
    const symbol = declaration && symbolOf(declaration);
    if (!symbol || !importable.has(symbol.kind)) return [];
    const needed = analysis.references.inFile(path).filter(({ at, definition }) => {
      const isInside = symbol.span.start <= at.start && at.end <= symbol.span.end;
      return (
        isInside &&
        definition.kind === "declaration" &&
        definition.declaration !== symbol &&
        !definition.declaration.span.file.startsWith("mtl:")
      );
    });
    if (needed.length > 0) return [];
    const whole = wholeLines(selection, symbol.span);
    const moved = analysis.text.slice(whole.start, whole.end).trim();
    const isUsed = analysis.references.usesOf(definitionOfDeclaration(symbol)).some(({ at }) => at.file === path);
    return workspace.specifications
      .filter(
        (other) =>
          other !== path &&
          !workspace.filesOf(other).has(path) &&
          isLibrary({ files: workspace.filesOf(other) }, other),
      )
      .map((other) => {
        const text = workspace.textOf(other) ?? "";
        const end = text.trimEnd().length;
        return {
          title: `Move \`${symbol.name.name}\` to ${other.split("/").at(-1) ?? other}`,
          edits: [
            replaced(whole, ""),
            ...(isUsed ? [importEdit(workspace, analysis, { name: symbol.name.name, from: other }).edit] : []),
            end === 0
              ? inserted(other, 0, `${moved}\n`)
              : replaced({ file: other, start: end, end: text.length }, `\n\n${moved}\n`),
          ],
        };
      });
  },
};
