import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";

interface Page {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/** The links between the pages of a site, by path of their HTML, that lead to no page, or to no element of it. */
export function lostLinks(pages: ReadonlyMap<string, string>): readonly string[] {
  const read = new Map([...pages].map(([path, html]) => [path, pageOf(html)]));
  return [...read].flatMap(([path, { links }]) =>
    links.flatMap((link) => {
      const [, target = "", anchor = ""] = /^([^#?]*)(?:\?[^#]*)?(?:#(.*))?$/u.exec(link) ?? [];
      const page = target === "" ? path : posix.join(dirname(path), decodeURI(target));
      const found = read.get(page);
      if (found === undefined) return [`${path}: ${link} leads to no page`];
      return anchor === "" || found.ids.has(decodeURI(anchor)) ? [] : [`${path}: ${page} has no "${anchor}"`];
    }),
  );
}

function pageOf(html: string): Page {
  const all = (pattern: RegExp): string[] => [...html.matchAll(pattern)].map(([, value = ""]) => unescaped(value));
  return {
    ids: new Set(all(/\s(?:id|name)="([^"]*)"/gu)),
    links: all(/<a\s[^>]*?href="([^"]*)"/gu).filter((link) => !/^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(link)),
  };
}

const unescaped = (text: string): string => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** Fails the build of a site in which a link is lost. */
export function reportLostLinks(folder: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  const lost = lostLinks(
    new Map(paths.map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path), "utf8")])),
  );
  if (lost.length > 0) throw new Error(`Links of the site are lost:\n${lost.join("\n")}`);
}
