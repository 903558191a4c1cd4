import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseExplanations } from "../../compiler/diagnostics/explanations.ts";
import { registry } from "../../compiler/diagnostics/registry.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { fixtures } from "./fixtures.ts";

const explanations = parseExplanations(readFileSync(join(packageRoot(), "docs", "diagnostics.md"), "utf8"));

test("every diagnostic has a code of its own", () => {
  const codes = Object.values(registry).map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test("every diagnostic is explained, and nothing else", () => {
  const explained = [...explanations.values()].map(({ code, name }) => `${code} ${name}`);
  const known = Object.entries(registry).map(([name, { code }]) => `${code} ${name}`);
  expect(explained.toSorted()).toEqual(known.toSorted());
});

test.each([...explanations.values()])("the example of $code is out of its fixture", ({ name, body }) => {
  const shown = /```mtl\n([^]*?)\n```/.exec(body)?.[1]?.split("\n") ?? [];
  const files = fixtures.find((fixture) => fixture.name === name)?.files ?? {};
  const written = Object.values(files).flatMap((text) => text.split("\n").map((line) => line.trim()));
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((line) => !written.includes(line.trim()))).toEqual([]);
});
