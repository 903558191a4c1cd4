import type { CodeAction, Selection } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { inserted, replaced, textOf } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

interface Extraction {
  readonly title: string;
  readonly name: string;
  /** The declaration, with the name `name` and the text of the expression. */
  readonly declared: (name: string, text: string) => string;
  /** The text that replaces the expression. */
  readonly used?: (name: string) => string;
}

/** The selected expression becomes a declaration of its own before the one that uses it. */
export function extracted(
  selection: Selection,
  { title, name: wanted, declared, used = (name) => name }: Extraction,
): readonly CodeAction[] {
  const { expression, path } = selection;
  const around = declarationOf(selection);
  if (!expression || !around) return [];
  const name = freeName(selection, wanted);
  const text = declared(name, textOf(selection, expression));
  const start = around.span.start + text.indexOf(name);
  return [
    {
      title,
      edits: [inserted(path, around.span.start, `${text}\n\n`), replaced(expression.span, used(name))],
      renames: { file: path, start, end: start + name.length },
    },
  ];
}
