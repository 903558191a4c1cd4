import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { parse } from "../../grammar/parse.ts";
import { withoutSpans } from "./without-spans.ts";

const folders = ["test/grammar/fixtures", "compiler/prelude", "examples"].map((folder) => join(packageRoot(), folder));
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".mtl"))
    .map((name) => join(folder, name)),
);

function print(text: string): string {
  const { tree, problems } = parse(text, "a.mtl");
  expect(problems).toEqual([]);
  return printSpecification(tree, { source: text });
}

describe.each(files.map((file) => [file.slice(packageRoot().length + 1), readFileSync(file, "utf8")]))(
  "%s",
  (_name, text) => {
    test("means the same when printed", () => {
      expect(withoutSpans(parse(print(text), "a.mtl").tree)).toEqual(withoutSpans(parse(text, "a.mtl").tree));
    });

    test("keeps every comment", () => {
      const comments = (specification: string): string[] =>
        parse(specification, "a.mtl")
          .tree.comments.map((comment) => comment.text.trim())
          .toSorted();
      expect(comments(print(text))).toEqual(comments(text));
    });

    test("does not change when printed again", () => {
      expect(print(print(text))).toBe(print(text));
    });

    test("means the same when printed without its source", () => {
      const { tree } = parse(text, "a.mtl");
      expect(withoutSpans(parse(printSpecification(tree), "a.mtl").tree)).toEqual(withoutSpans(tree));
    });
  },
);

test("a conditional has a line for each branch", () => {
  const [long, longer] = ["a".repeat(60), "b".repeat(70)];
  expect(print(`stream x = if c then y else if d then z else w`)).toBe(
    "stream x = if c then y else if d then z else w\n",
  );
  expect(print(`stream x = if c then ${long} else if d then ${longer} else if e then z else w`)).toBe(
    `stream x = if c then ${long}\n  else if d then ${longer}\n  else if e then z\n  else w\n`,
  );
  expect(print(`stream x = if c then ${long} else ${longer}`)).toBe(
    `stream x = if c\n  then ${long}\n  else ${longer}\n`,
  );
});
