import { posix } from "node:path";
import { githubSlug } from "./github-slug.ts";

/** The target of a link, relative to the root of the repository. */
export interface Link {
  readonly path: string;
  /** Without `#`; empty where the link has none. */
  readonly anchor: string;
}

export function withoutListings(text: string): string {
  return text.replaceAll(/^ *```[^]*?^ *```$/gm, "");
}

/** The links of a page within the repository, as Markdown and as HTML write them. `page` is its path. */
export function linksIn(page: string, text: string): readonly Link[] {
  const prose = withoutListings(text).replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/(?:\]\(|(?:src|href)=")(?!https?:|mailto:)([^)#"\s]*)(?:#([^)"\s]*))?/g)].map(
    ([, path = "", anchor = ""]) => ({ path: path === "" ? page : posix.join(posix.dirname(page), path), anchor }),
  );
}

/** Anchors of headings, as GitHub makes them, and those that a page writes itself. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const text = withoutListings(page);
  const seen = new Map<string, number>();
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => {
    const anchor = githubSlug(title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name)]);
}
