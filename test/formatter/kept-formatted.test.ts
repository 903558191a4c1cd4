import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { starterSpecification } from "../../cli/starter/specification.ts";
import { parse } from "../../grammar/parse.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { listingsOf } from "../docs/listings.ts";

const root = packageRoot();
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const below = (folder: string, end: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path).replaceAll("\\", "/"))
    .filter((path) => !/\/(?:runs|data)\//.test(path))
    .toSorted();

/** The text as `mtl fmt` writes it, or as it is if it has syntax errors, which some pages show. */
function formatted(source: string): string {
  const { tree, problems } = parse(source, "a.mtl");
  return problems.length > 0 ? source : printSpecification(tree, { source });
}

describe("is as `mtl fmt` writes it", () => {
  test.each([...below("compiler/prelude", ".mtl"), ...below("examples", ".mtl"), ...below("docs", ".mtl")])(
    "%s",
    (path) => expect(formatted(read(path))).toBe(read(path)),
  );

  test("the specification that `mtl init` writes", () => {
    expect(formatted(starterSpecification)).toBe(starterSpecification);
  });

  test.each([...below("docs", ".md"), ...below("examples", ".md"), "README.md"])("listings of %s", (path) => {
    const listings = listingsOf(read(path)).filter(({ language }) => language === "mtl");
    const wrong = listings.filter(({ text }) => formatted(text) !== text);
    expect(wrong.map(({ line, text }) => `${path}:${line}\n${formatted(text)}`)).toEqual([]);
  });
});
