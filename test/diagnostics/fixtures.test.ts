import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { registry } from "../../compiler/diagnostics/registry.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileFixture, fixtures, markOf, marksOf } from "./fixtures.ts";

describe.each(fixtures)("$name", (fixture) => {
  test("gives the diagnostics that it marks, at their places", () => {
    const { diagnostics, sources } = compileFixture(fixture);
    expect(diagnostics.map((diagnostic) => markOf(diagnostic, sources)).toSorted()).toEqual(
      marksOf(fixture).toSorted(),
    );
  });
});

test("every diagnostic is produced by the fixture of its name", () => {
  const produced = new Set(
    fixtures.flatMap((fixture) =>
      compileFixture(fixture).diagnostics.some(({ name }) => name === fixture.name) ? [fixture.name] : [],
    ),
  );
  expect(Object.keys(registry).filter((name) => !produced.has(name))).toEqual([]);
});

test("what people read is as it was reviewed", () => {
  const file = join(packageRoot(), "test", "diagnostics", "messages.golden.txt");
  const messages = fixtures
    .map((fixture) => `==== ${fixture.name}\n\n${renderText(compileFixture(fixture))}\n`)
    .join("");
  if (process.env["UPDATE"] === "1") writeFileSync(file, messages);
  expect(messages).toBe(readFileSync(file, "utf8"));
});
