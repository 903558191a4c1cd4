import { parse } from "../../grammar/parse.ts";

/** One fenced listing of a page. */
export interface Listing {
  readonly language: string;
  /** The marks after the language, such as `file=blocks.mtl`, `error=MTL3001`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
  /** The line of the fence, from 1. */
  readonly line: number;
}

export function listingsOf(page: string): readonly Listing[] {
  return [...page.matchAll(/^```(\w+)([^\n]*)\n([^]*?)^```$/gm)].map(
    ({ 1: language = "", 2: marks = "", 3: text = "", index }) => ({
      language,
      marks: new Map(
        [...marks.matchAll(/(\w+)=(\S+)/g)].map(([, mark = "", value = ""]): [string, string] => [mark, value]),
      ),
      text,
      line: page.slice(0, index).split("\n").length,
    }),
  );
}

/** The specification with the declarations of `change`, which replace those of the same names. */
export function changed(whole: string, change: string): string {
  const nameOf = (declaration: object): string | undefined =>
    "name" in declaration ? (declaration.name as { readonly name: string }).name : undefined;
  const declarationsOf = (text: string) => parse(text, "listing").tree.declarations;
  const names = new Set(declarationsOf(change).flatMap((declaration) => nameOf(declaration) ?? []));
  const kept = declarationsOf(whole)
    .filter((declaration) => names.has(nameOf(declaration) ?? ""))
    .reduceRight((text, { span }) => text.slice(0, span.start) + text.slice(span.end), whole);
  return `${kept}\n${change}`;
}
