import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { figuresOf } from "./site/figures.ts";
import { githubSlug } from "./site/github-slug.ts";
import { sidebarOf } from "./site/navigation.ts";
import { pagePath } from "./site/page-path.ts";
import { type MarkdownIt, repositoryLinks } from "./site/repository-links.ts";
import { excludedPages, sitePages } from "./site/site-pages.ts";
import { shownSources } from "./site/source-pages.ts";
import { staticNodesOnLines } from "./site/static-nodes.ts";
import { examplesByModel, wholeListings } from "./site/whole-listings.ts";
import { takePlayground } from "./site/take-playground.ts";
import { reportLostLinks } from "./site/lost-links.ts";

// The pages are the Markdown files of the repository as they are; `npm run docs` writes the site to dist/site.

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = sitePages(root);
const sources = shownSources(root, pages);
/** Pages whose whole listings are drawn beneath them. */
const drawn = ["docs/index.md", "docs/tour.md"].map((page) => readFileSync(join(root, page), "utf8"));
const figures = await figuresOf(drawn.join("\n"));
const icon = readFileSync(join(root, "playground/public/icon.svg"), "utf8");
const grammar = JSON.parse(readFileSync(join(root, "editors/highlight/mtl.tmLanguage.json"), "utf8"));

export default defineConfig({
  title: "mtl",
  description: "A declarative language for multi-task, multi-modal models",
  lang: "en",
  // The site works in any folder of any server.
  base: "./",
  srcDir: "..",
  srcExclude: excludedPages,
  rewrites: (page) => (page.startsWith("docs/source/") ? page.replace("docs/", "") : `${pagePath(page)}.md`),
  outDir: "../dist/site",
  cacheDir: "../node_modules/.cache/vitepress",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  markdown: {
    theme: { light: "github-light", dark: "github-dark" },
    languages: [grammar],
    // Languages that shiki does not know, or that are not worth their size.
    languageAlias: { weights: "text", cost: "text", ebnf: "text" },
    anchor: { slugify: githubSlug },
    // Pages read the same here as on GitHub.
    attrs: false,
    emoji: false,
    container: false,
    footnote: false,
    config(renderer) {
      // `MarkdownIt` has the few parts of it that are used, so that a test can give them.
      const md = renderer as unknown as MarkdownIt;
      repositoryLinks(md, { root, pages: new Set(pages), sources });
      wholeListings(md, { examples: examplesByModel(root), figures });
    },
  },
  vite: {
    publicDir: false,
    plugins: [staticNodesOnLines],
    build: { chunkSizeWarningLimit: 2000 },
  },
  themeConfig: {
    sidebar: sidebarOf(pages),
    outline: [2, 3],
    search: { provider: "local" },
    nav: [
      { text: "Start", link: "/start/index" },
      { text: "Tour", link: "/tour" },
      { text: "Reference", link: "/reference" },
      { text: "Results", link: "/results" },
      { text: "Playground", link: "/playground/index.html", target: "_self" },
    ],
    docFooter: { prev: "Before", next: "Next" },
    footer: { message: "Apache-2.0" },
  },
  buildEnd({ outDir }) {
    takePlayground(root, outDir);
    reportLostLinks(outDir);
  },
});
