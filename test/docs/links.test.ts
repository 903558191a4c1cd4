import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

const root = packageRoot();
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const pages = [
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "README.md",
  "docs/tour.md",
  "docs/compile.md",
  "docs/data.md",
  ...decisions,
].filter((page) => existsSync(join(root, page)));

/** Paths in backticks that begin with one of our folders, and targets of links. `NAME` stands for a name. */
function pathsIn(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[^]*?^```$/gm, "");
  const named = [...text.matchAll(/`((?:grammar|compiler|runtime|test|docs|examples)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );
  const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path = ""]) =>
    join(dirname(page), path),
  );
  return [...named, ...linked];
}

test.each(pages)("what %s points at is there", (page) => {
  expect(pathsIn(page).filter((path) => !existsSync(join(root, path)) && !path.includes("NAME"))).toEqual([]);
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
