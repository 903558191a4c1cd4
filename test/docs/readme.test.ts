import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileProgram } from "../../compiler/program.ts";
import { renderCost } from "../../compiler/analysis/cost/cost-table.ts";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { listingsOf } from "./listings.ts";

const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test("the specification in the README compiles without a diagnostic", () => {
  const source = listingsOf(readme).find(({ language }) => language === "mtl")?.text ?? "";
  expect(source).toContain("fusion");
  expect(compileProgram({ entry: "readme.mtl", host: createMemoryHost({ "readme.mtl": source }) }).diagnostics).toEqual(
    [],
  );
});

test("CI runs what the README tells a new user to run, and ends with the tests, whose summary is its last output", () => {
  const ci = readFileSync(join(packageRoot(), ".ci/run"), "utf8");
  const calls = [...ci.matchAll(/^npm (?:run )?([\w:]+)$/gm)].map(([, name = ""]) => name);
  const [, ...told] = /^npm (ci)\nnpm run (quickstart)$/m.exec(readme) ?? [];
  expect(told).toEqual(["ci", "quickstart"]);
  expect(calls).toEqual(expect.arrayContaining([...told, "typecheck", "lint"]));
  expect(calls.at(0)).toBe("ci");
  expect(calls.at(-1)).toBe("test");
  expect(calls.slice(1).filter((name) => scripts[name] === undefined)).toEqual([]);
  expect(readFileSync(join(packageRoot(), ".github/workflows/ci.yml"), "utf8")).toContain("run: bash .ci/run\n");
});

test("a script that runs what is built builds it first, since npm runs no script after an install", () => {
  const built = Object.entries(scripts).filter(([, command]) => command.includes("node dist/"));
  expect(built.length).toBeGreaterThan(0);
  expect(built.filter(([, command]) => !command.startsWith("npm run --silent build && "))).toEqual([]);
  expect(readFileSync(join(packageRoot(), ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
});

test("the costs on the page of features are those of the example", () => {
  const path = join(packageRoot(), "docs/features.md");
  const before = readFileSync(path, "utf8");
  const { program } = compileProgram({ entry: join(packageRoot(), "examples", "mbt.mtl"), host: createNodeHost() });
  const cost = program ? renderCost(costOf(program)) : "";
  const current = before.replace(/(?<=^```cost\n)[^]*?(?=^```)/mu, () => cost);
  if (process.env["UPDATE"] === "1") writeFileSync(path, current);
  expect(cost).toContain("fusion met");
  expect(readFileSync(path, "utf8")).toBe(current);
});

test("a reader of the README meets a link to more before the second screen ends", () => {
  const lines = readme.split("\n");
  const first = lines.findIndex((line) => /\]\(docs\/[\w/.-]+\)/.test(line));
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(80);
  expect(lines.length).toBeLessThan(150);
});
