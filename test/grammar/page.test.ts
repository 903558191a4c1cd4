import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { grammarPage } from "../../grammar/ebnf.ts";

const page = new URL("../../docs/grammar.md", import.meta.url);

test("docs/grammar.md is current (UPDATE=1 rewrites it)", () => {
  if (process.env["UPDATE"] === "1") writeFileSync(page, grammarPage());
  expect(readFileSync(page, "utf8")).toBe(grammarPage());
});
