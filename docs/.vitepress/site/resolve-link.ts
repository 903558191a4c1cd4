import { posix } from "node:path";
import { pagePath } from "./page-path.ts";
import { sourcePath } from "./source-pages.ts";

/** The files of the repository that a link may lead to. */
export interface Repository {
  /** Paths of Markdown files that are pages of the site. */
  readonly pages: ReadonlySet<string>;
  /** Paths of files and folders that are shown as they are. */
  readonly sources: ReadonlySet<string>;
}

/** The path in the site, without an ending, of a file or folder of the repository; `undefined` if the site does not have it. */
export function siteTarget(path: string, { pages, sources }: Repository): string | undefined {
  const target = path.replace(/\/$/u, "");
  const page = [target, posix.join(target, "README.md")].find((each) => pages.has(each));
  return page !== undefined ? pagePath(page) : sources.has(target) ? sourcePath(target) : undefined;
}

/** The target of a link in a Markdown file of the repository, as a link from the root of the site. Links to other sites and within a page stay as they are. */
export function resolveLink(href: string, from: string, repository: Repository): string {
  if (/^(?:[a-z][a-z+.-]*:|#|\/)/iu.test(href)) return href;
  const [, path = "", anchor = ""] = /^([^#]*)(#.*)?$/u.exec(href) ?? [];
  const target = siteTarget(posix.join(posix.dirname(from), decodeURI(path)), repository);
  if (target !== undefined) return `/${target}.md${anchor}`;
  throw new Error(`${from} links to ${href}, which is neither a page nor a file that the site shows`);
}
