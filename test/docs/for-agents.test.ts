import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { tools } from "../../language-server/mcp/tools/index.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { listingsOf } from "./listings.ts";

const page = readFileSync(join(packageRoot(), "docs/for-agents.md"), "utf8");
const listings = listingsOf(page).filter(({ language }) => language === "mtl");

describe("the page for agents", () => {
  test("has two whole specifications, in at most 150 lines", () => {
    expect(listings).toHaveLength(2);
    expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });

  test.each(listings.map(({ text, line }) => ({ title: `line ${line}`, text })))(
    "$title has no mistake",
    ({ text }) => {
      const { diagnostics } = compileProgram({ entry: "a.mtl", host: createMemoryHost({ "a.mtl": text }) });
      expect(diagnostics.filter(({ severity }) => severity !== "advice")).toEqual([]);
    },
  );

  test("names tools that there are", () => {
    const steps = page.slice(page.indexOf("## How to work"));
    for (const { name } of tools.filter(({ name }) => name !== "format" && name !== "expand"))
      expect(steps).toContain(`\`${name}`);
  });
});
