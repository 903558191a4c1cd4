import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchorsOf, linksIn, withoutListings } from "../../docs/.vitepress/site/markdown-links.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { repositoryFiles } from "./repository-files.ts";

const root = packageRoot();
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const pages = repositoryFiles(".md").filter((page) => !page.startsWith("test/"));

const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

/** Paths in backticks that begin with one of our folders. `NAME` stands for a name. */
function pathsIn(page: string): readonly string[] {
  return [
    ...withoutListings(textOf(page)).matchAll(/`((?:grammar|compiler|runtime|cli|test|docs|examples)\/[\w./-]*)`/g),
  ].flatMap(([, path = ""]) => (path.includes("NAME") ? [] : [path]));
}

test.each(pages)("what %s points at is there", (page) => {
  const links = linksIn(page, textOf(page));
  const missing = [...pathsIn(page), ...links.map(({ path }) => path)].filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
  const lost = links.filter(
    ({ path, anchor }) => anchor !== "" && path.endsWith(".md") && !anchorsOf(textOf(path)).has(anchor.toLowerCase()),
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
