import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf, pageExamples } from "../../../examples/playground/page-examples.ts";
import { parse } from "../../../grammar/parse.ts";
import type { MarkdownIt } from "./repository-links.ts";

/** Additions to listings that are whole specifications. */
export interface Additions {
  /** Examples of the playground, whose data a listing of that model is trained on, by the name of the model. */
  readonly examples: ReadonlyMap<string, string>;
  /** HTML that is shown beneath a listing, by its text. */
  readonly figures: ReadonlyMap<string, string>;
}

/** Adds a link to each listing of a whole specification that opens it in the playground, and its figure. */
export function wholeListings(md: MarkdownIt, { examples, figures }: Additions): void {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const listing = fence?.(tokens, index, ...rest) ?? "";
    const { info = "", content = "" } = tokens[index] ?? {};
    const model = /^mtl\b/u.test(info) ? modelIn(content) : undefined;
    if (model === undefined) return listing;
    const example = examples.has(model) ? ` example="${examples.get(model)}"` : "";
    const link = `<OpenInPlayground model="${model}"${example} />`;
    return `<div class="whole-listing">${listing}${link}</div>${figures.get(content) ?? ""}`;
  };
}

/** The name of the model that a specification declares; `undefined` in a listing that is a part of one. */
export function modelIn(text: string): string | undefined {
  const { declarations } = parse(text, "listing").tree;
  return declarations.flatMap((declaration) => (declaration.kind === "Model" ? [declaration.name.name] : []))[0];
}

/** The playground's examples by the names of their models. */
export function examplesByModel(root: string): ReadonlyMap<string, string> {
  return new Map(
    pageExamples.flatMap((example) => {
      const model = modelIn(readFileSync(join(root, "examples", example.specification), "utf8"));
      return model === undefined ? [] : [[model, nameOf(example)] as const];
    }),
  );
}
