import { pathBetween } from "./path-between.ts";
import type { TextEdit } from "./text-edit.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** The path of a file as another file imports it: `./blocks.mtl`, `../shared/blocks.mtl`. */
export function importPath(from: string, to: string): string {
  const path = pathBetween(from, to);
  return path.startsWith("../") ? path : `./${path}`;
}

/** The edit by which a file imports one more name: in its import of the other file, else in a new one after those that there are. */
export function importEdit(
  workspace: Workspace,
  { path, tree, text }: Pick<Analysis, "path" | "tree" | "text">,
  { name, from }: { readonly name: string; readonly from: string },
): { readonly edit: TextEdit; readonly written: string } {
  const inserted = (start: number, added: string): TextEdit => ({ at: { file: path, start, end: start }, text: added });
  const imports = tree.declarations.filter((declaration) => declaration.kind === "Import");
  const known = imports.find((each) => workspace.resolve(path, each.from.value) === from);
  if (known) {
    const last = known.names.at(-1);
    const edit = last
      ? inserted(last.span.end, `, ${name}`)
      : inserted(text.indexOf("{", known.span.start) + 1, ` ${name}`);
    return { edit, written: known.from.value };
  }
  const written = importPath(path, from);
  const line = `import { ${name} } from ${JSON.stringify(written)}\n`;
  const before = imports.at(-1) ?? tree.declarations.find(({ kind }) => kind === "Model");
  if (!before) return { edit: inserted(0, `${line}\n`), written };
  const end = text.indexOf("\n", before.span.end);
  const gap = before.kind === "Model" ? "\n" : "";
  const edit = end < 0 ? inserted(text.length, `\n${gap}${line}`) : inserted(end + 1, `${gap}${line}`);
  return { edit, written };
}
