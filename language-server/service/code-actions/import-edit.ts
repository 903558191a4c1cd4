import type { ImportDeclaration } from "../../../grammar/ast.ts";
import { pathBetween } from "../path-between.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Selection } from "./code-action.ts";
import { inserted, replaced } from "./snippets.ts";

/** The edit by which a file imports one name more from another file, and the path that it writes. */
export function importEdit(
  { workspace, analysis, path }: Pick<Selection, "workspace" | "analysis" | "path">,
  name: string,
  from: string,
): { readonly edit: TextEdit; readonly written: string } {
  const imports = analysis.tree.declarations.filter(({ kind }) => kind === "Import") as readonly ImportDeclaration[];
  const known = imports.find((each) => workspace.resolve(path, each.from.value) === from);
  const written = known?.from.value ?? importPath(path, from);
  const last = known?.names.at(-1);
  if (last) return { edit: inserted(path, last.span.end, `, ${name}`), written };
  const line = `import { ${name} } from "${written}"`;
  const before = imports.at(-1) ?? analysis.tree.declarations.find(({ kind }) => kind === "Model");
  const start = before?.span.end ?? 0;
  const text = before ? `${before.kind === "Model" ? "\n\n" : "\n"}${line}` : `${line}\n\n`;
  return { edit: replaced({ file: path, start, end: start }, text), written };
}

/** The path of `to` as a file at `from` imports it. */
export function importPath(from: string, to: string): string {
  const path = pathBetween(from, to);
  return path.startsWith("../") ? path : `./${path}`;
}
