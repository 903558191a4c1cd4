import type { Span } from "../../../grammar/ast.ts";
import type { CodeAction, Selection } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { inserted, replaced } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

interface Extraction {
  readonly title: string;
  readonly name: string;
  /** The part of the text that becomes a declaration; without one there is no action. */
  readonly part: Omit<Span, "file"> | undefined;
  /** The declaration, with the name `name` and the text of the part. */
  readonly declared: (name: string, text: string) => string;
}

/** A part of a declaration becomes one of its own before it, whose name replaces the part. */
export function extracted(
  selection: Selection,
  { title, name: wanted, part, declared }: Extraction,
): readonly CodeAction[] {
  const { analysis, path } = selection;
  const around = declarationOf(selection);
  if (!part || !around) return [];
  const name = freeName(selection, wanted);
  const text = declared(name, analysis.text.slice(part.start, part.end));
  const start = around.span.start + text.indexOf(name);
  return [
    {
      title,
      edits: [
        inserted(path, around.span.start, `${text}\n\n`),
        replaced({ file: path, start: part.start, end: part.end }, name),
      ],
      renames: { file: path, start, end: start + name.length },
    },
  ];
}
