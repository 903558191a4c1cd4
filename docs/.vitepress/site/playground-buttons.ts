import { parse } from "../../../grammar/parse.ts";
import type { MarkdownIt } from "./repository-links.ts";

/** Adds a link to each listing of a whole specification that opens it in the playground. */
export function playgroundButtons(md: MarkdownIt): void {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const listing = fence?.(tokens, index, ...rest) ?? "";
    const { info = "", content = "" } = tokens[index] ?? {};
    if (!/^mtl\b/u.test(info) || !isWhole(content)) return listing;
    return `<div class="whole-listing">${listing}<OpenInPlayground /></div>`;
  };
}

/** A specification is whole if it declares a model; other listings are parts of one. */
export function isWhole(text: string): boolean {
  return parse(text, "listing").tree.declarations.some(({ kind }) => kind === "Model");
}
