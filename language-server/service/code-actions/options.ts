import type { Entry, StageDeclaration, TaskDeclaration, DatasetDeclaration } from "../../../grammar/ast.ts";
import type { TextEdit } from "../text-edit.ts";
import type { Selection } from "./code-action.ts";
import { inserted } from "./snippets.ts";

type WithOptions = StageDeclaration | TaskDeclaration | DatasetDeclaration;

export function optionNamed({ options }: WithOptions, name: string): Entry | undefined {
  return options.find(({ key }) => (key.kind === "String" ? key.value : key.name) === name);
}

/** The edit that writes one more option of a declaration, on a line of its own where the others are on lines. */
export function optionAdded({ analysis, path }: Selection, declaration: WithOptions, entry: string): TextEdit {
  const last = declaration.options.at(-1);
  if (!last) return inserted(path, declaration.span.end - 1, ` ${entry} `);
  const lineStart = analysis.text.lastIndexOf("\n", last.span.start - 1) + 1;
  const indentation = analysis.text.slice(lineStart, last.span.start);
  return inserted(path, last.span.end, indentation.trim() === "" ? `\n${indentation}${entry}` : `  ${entry}`);
}
