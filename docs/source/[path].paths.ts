import { fileURLToPath } from "node:url";
import { sitePages } from "../.vitepress/site/site-pages.ts";
import { shownSources, sourcePage, sourcePath } from "../.vitepress/site/source-pages.ts";

// The site shows files to which pages link as pages of their own.

const root = fileURLToPath(new URL("../..", import.meta.url));

export default {
  paths: () =>
    [...shownSources(root, sitePages(root))].map((source) => ({
      params: { path: sourcePath(source).replace("source/", "") },
      content: sourcePage(root, source),
    })),
};
