import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { figuresOf } from "../../docs/.vitepress/site/figures.ts";
import { lostLinks } from "../../docs/.vitepress/site/lost-links.ts";
import { linksIn } from "../../docs/.vitepress/site/markdown-links.ts";
import { sidebarOf } from "../../docs/.vitepress/site/navigation.ts";
import { type MarkdownIt, repositoryLinks, type Token } from "../../docs/.vitepress/site/repository-links.ts";
import { resolveLink, siteTarget } from "../../docs/.vitepress/site/resolve-link.ts";
import { sitePages } from "../../docs/.vitepress/site/site-pages.ts";
import { shownSources, sourcePage } from "../../docs/.vitepress/site/source-pages.ts";
import { staticNodesOnLines } from "../../docs/.vitepress/site/static-nodes.ts";
import { examplesByModel, wholeListings } from "../../docs/.vitepress/site/whole-listings.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { repositoryFiles } from "./repository-files.ts";

const root = packageRoot();
const files = sitePages(root);
const repository = { pages: new Set(files), sources: shownSources(root, files) };

test("every Markdown file outside of the tests is a page, and the side bar leads to it", () => {
  const expected = repositoryFiles(".md").filter((path) => !/^(?:test|\.github)\/|\[/.test(path));
  expect(files.toSorted()).toEqual(expected.toSorted());
  const links = sidebarOf(files).flatMap(({ items }) => items.map(({ link }) => link));
  const paths = files.map((file) => `/${siteTarget(file, repository)}`);
  // The landing page is behind the title, and the index of the decisions leads to each of them.
  const others = paths.filter((path) => path !== "/index" && !/^\/decisions\/(?!index$)/.test(path));
  expect(links.toSorted()).toEqual(others.toSorted());
});

test("a page that no group has is in the side bar all the same", () => {
  expect(sidebarOf(["docs/tour.md", "docs/new.md"]).at(-1)?.items).toEqual([{ text: "new", link: "/new" }]);
});

test("no two pages have the same path", () => {
  const paths = [...repository.pages, ...repository.sources].map((path) => siteTarget(path, repository));
  expect(new Set(paths).size).toBe(paths.length);
});

test("no page has a path that VitePress would shorten", () => {
  expect([...repository.sources].some((path) => path.endsWith(".html"))).toBe(true);
  for (const path of [...repository.pages, ...repository.sources])
    expect(siteTarget(path, repository)).not.toMatch(/\.html$/u);
});

const picture = /\.(?:svg|png)$/;

test.each(files)("the links of %s lead to pages of the site", (page) => {
  const lost = linksIn(page, readFileSync(join(root, page), "utf8"))
    .map(({ path }) => path)
    .filter(
      (path) => siteTarget(path, repository) === undefined && !(picture.test(path) && existsSync(join(root, path))),
    );
  expect(lost).toEqual([]);
});

test("a link of a file leads to the same file on the site, and to no other", () => {
  const resolved = (href: string, from: string): string => resolveLink(href, from, repository);
  expect(resolved("docs/tour.md#6-loops", "README.md")).toBe("/tour.md#6-loops");
  expect(resolved("../../README.md", "docs/start/README.md")).toBe("/overview.md");
  expect(resolved("decisions", "docs/tour.md")).toBe("/decisions/index.md");
  expect(resolved("../examples/mbt.mtl", "docs/results.md")).toBe("/source/examples/mbt.mtl.md");
  expect(resolved("https://a.b/c.md", "README.md")).toBe("https://a.b/c.md");
  expect(resolved("#here", "README.md")).toBe("#here");
  expect(() => resolved("nowhere.md", "docs/tour.md")).toThrow("docs/tour.md links to nowhere.md");
});

test("a file is shown in its colours, and a folder by its files", () => {
  expect(sourcePage(root, "examples/mbt.mtl")).toMatch(/^# `examples\/mbt.mtl`\n\n````mtl\n\/\/\/ The group/);
  expect(sourcePage(root, "docs/start/csv")).toContain("- [`plants.mtl`](/source/docs/start/csv/plants.mtl.md)\n");
});

test("links of a page to no page or to no heading are found", () => {
  const pages = new Map([
    [
      "index.html",
      `<a href="./a/b.html#x">fine</a> <a class="z" href="./a/c.html">lost</a> <a href="https://a.b">other</a>`,
    ],
    ["a/b.html", `<h1 id="x">X</h1> <a href="#x">fine</a> <a href="../index.html#y">lost</a>`],
  ]);
  expect(lostLinks(pages)).toEqual(["index.html: ./a/c.html leads to no page", 'a/b.html: index.html has no "y"']);
});

/** A part of markdown-it that renders a listing as its text. */
function markdown(): MarkdownIt & { links(token: Token): void } {
  let rule = (_state: { readonly tokens: readonly Token[]; readonly env: object }): void => undefined;
  return {
    core: { ruler: { push: (_name, given) => (rule = given) } },
    renderer: { rules: { fence: (tokens, index) => tokens[index]?.content ?? "" } },
    links: (token) => rule({ tokens: [token], env: { path: join(root, "README.md") } }),
  };
}

function tokenOf(type: string, info: string, content: string): Token {
  const attributes = new Map([["href", content]]);
  return {
    type,
    info,
    content,
    children: null,
    attrGet: (name) => attributes.get(name) ?? null,
    attrSet: (name, value) => void attributes.set(name, value),
  };
}

const reviews = `model reviews
modality review: text(max_length: 16, tokenizer: words(100))
task kind {
  from: review -> embed(8) -> mean
  head: linear(2)
  target: category("label", classes: 2)
}
dataset films { path: "films.csv"  tasks: [kind] }
stage fit { optimizer: adamw(rate: 1e-3)  steps: 1 }
`;

test("a listing of a whole specification opens in the playground with its data and is drawn, and no other", async () => {
  const md = markdown();
  const page = `\`\`\`mtl file=a.mtl\n${reviews}\`\`\`\n\n\`\`\`mtl\nmodel wrong\nstage\n\`\`\`\n`;
  const figures = await figuresOf(page);
  wholeListings(md, { examples: new Map([["digits", "digit_reader"]]), figures });
  const rendered = (info: string, text: string): string =>
    md.renderer.rules.fence?.([tokenOf("fence", info, text)], 0) ?? "";
  expect(rendered("mtl file=a.mtl", reviews)).toContain(`${reviews}<OpenInPlayground model="reviews" /></div><figure`);
  expect(rendered("mtl", "model digits\n")).toContain('<OpenInPlayground model="digits" example="digit_reader" />');
  expect(rendered("mtl", "layer classify = norm\n")).toBe("layer classify = norm\n");
  expect(rendered("text", "model m\n")).toBe("model m\n");
  expect([...figures.keys()]).toEqual([reviews]);
  const figure = figures.get(reviews) ?? "";
  expect(decodeURIComponent(figure)).toContain("<svg");
  // 100 words of 8 numbers, and two outputs of 8 weights and a bias.
  expect(figure).toContain("818 parameters · ");
});

test("the listing of the README opens with the data of its example", () => {
  expect(examplesByModel(root).get("emoji_mbt")).toBe("mbt");
});

test("links and pictures are found from the page that has them", () => {
  const md = markdown();
  repositoryLinks(md, { root, ...repository });
  const link = tokenOf("link_open", "", "docs/tour.md");
  md.links(link);
  expect(link.attrGet("href")).toBe("/tour.md");
  const image = tokenOf("html_block", "", `<img src="docs/mbt.svg" width="5">`);
  md.links(image);
  expect(image.content).toBe(`<img src="./docs/mbt.svg" width="5">`);
});

test("what is between two static nodes is not within one line of both", () => {
  const first = String.raw`createStaticVNode("a \"b\", 0)", 3)`;
  const code = staticNodesOnLines.renderChunk(`[${first}, image, createStaticVNode("c", 1)]`);
  expect(code.split("\n")).toEqual(["[", first, ", image, ", `createStaticVNode("c", 1)`, "]"]);
});
