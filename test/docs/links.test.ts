import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { repositoryFiles } from "./repository-files.ts";

const root = packageRoot();
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const pages = repositoryFiles(".md").filter((page) => !page.startsWith("test/"));

const withoutListings = (page: string): string =>
  readFileSync(join(root, page), "utf8").replaceAll(/^ *```[^]*?^ *```$/gm, "");

interface Link {
  readonly path: string;
  readonly anchor: string;
}

/** Targets of links, as Markdown and as HTML write them, relative to the root. */
function linksIn(page: string): readonly Link[] {
  const text = withoutListings(page).replaceAll(/`[^`\n]*`/g, "");
  return [...text.matchAll(/(?:\]\(|(?:src|href)=")(?!https?:|mailto:)([^)#"\s]*)(?:#([^)"\s]*))?/g)].map(
    ([, path = "", anchor = ""]) => ({ path: path === "" ? page : join(dirname(page), path), anchor }),
  );
}

/** Paths in backticks that begin with one of our folders. `NAME` stands for a name. */
function pathsIn(page: string): readonly string[] {
  return [
    ...withoutListings(page).matchAll(/`((?:grammar|compiler|runtime|cli|test|docs|examples)\/[\w./-]*)`/g),
  ].flatMap(([, path = ""]) => (path.includes("NAME") ? [] : [path]));
}

/** Anchors of headings, as GitHub makes them, and those that a page writes itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = withoutListings(page);
  const seen = new Map<string, number>();
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => {
    const words = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name)]);
}

test.each(pages)("what %s points at is there", (page) => {
  const links = linksIn(page);
  const missing = [...pathsIn(page), ...links.map(({ path }) => path)].filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
  const lost = links.filter(
    ({ path, anchor }) => anchor !== "" && path.endsWith(".md") && !anchorsOf(path).has(anchor.toLowerCase()),
  );
  expect(lost).toEqual([]);
});

test("the code map names every folder of the sources, and files that are there", () => {
  const rows = readFileSync(join(root, "ARCHITECTURE.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const cells = rows.map((row) =>
    row.split("|").map((cell) => [...cell.matchAll(/`([\w./-]+)`/g)].map(([, path = ""]) => path)),
  );
  const mapped = cells.flatMap(([, folders = []]) => folders.map((folder) => folder.replace(/\/$/, "")));
  const folders = ["compiler", "runtime"].flatMap((top) =>
    readdirSync(join(root, top), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${top}/${name}`),
  );
  expect(folders.filter((folder) => !mapped.some((path) => path === folder || path.startsWith(`${folder}/`)))).toEqual(
    [],
  );
  const missing = cells.flatMap(([, own = [], , files = []]) =>
    files.filter((file) => !own.some((folder) => existsSync(join(root, folder, file)))),
  );
  expect(missing).toEqual([]);
});

test("every dependency is named in a decision", () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const said = decisions.map((page) => readFileSync(join(root, page), "utf8")).join("\n");
  expect(
    Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !said.includes(`\`${name}\``)),
  ).toEqual([]);
});
