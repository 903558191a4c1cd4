import { relative } from "node:path";
import { type Repository, resolveLink } from "./resolve-link.ts";

/** The parts of markdown-it that are used here. */
export interface Token {
  readonly type: string;
  content: string;
  readonly info: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}
interface State {
  readonly tokens: readonly Token[];
  /** The file that a page is made of is `realPath`, where it has another path in the site, and else `path`. */
  readonly env: { readonly realPath?: string; readonly path?: string };
}
export interface MarkdownIt {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
  readonly renderer: {
    readonly rules: { fence?: (tokens: readonly Token[], index: number, ...rest: readonly unknown[]) => string };
  };
}

/**
 * Lets links lead to the pages of the site. The pages write them as GitHub needs them: relative to their own file, and also to files that are no pages.
 */
export function repositoryLinks(md: MarkdownIt, { root, ...repository }: Repository & { readonly root: string }): void {
  md.core.ruler.push("repository_links", ({ tokens, env }) => {
    const from = relative(root, env.realPath ?? env.path ?? root).replaceAll("\\", "/");
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href !== null) token.attrSet("href", resolveLink(href, from, repository));
      if (token.type === "html_block" || token.type === "html_inline")
        token.content = withRelativeImages(token.content);
    }
  });
}

/** Vite finds an image in HTML only if its path begins with a dot. */
function withRelativeImages(html: string): string {
  return html.replaceAll(/(?<=<img [^>]*src=")(?![a-z]+:|[./])([^"]*)/giu, "./$1");
}
