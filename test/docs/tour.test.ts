import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Compilation, compileProgram } from "../../compiler/program.ts";
import { parse } from "../../grammar/parse.ts";
import { modelIn } from "../../docs/.vitepress/site/whole-listings.ts";
import { type Listing, changed, listingsOf } from "./listings.ts";

const listings = listingsOf(readFileSync(join(packageRoot(), "docs/tour.md"), "utf8"));

interface Compiled extends Listing {
  readonly compilation: Compilation;
}

/** Every specification of the page in order, compiled together with the files that come before it. */
function compileAll(): readonly Compiled[] {
  const files: Record<string, string> = {};
  let whole = "";
  return listings.flatMap((listing): readonly Compiled[] => {
    const { language, marks, text } = listing;
    if (language !== "mtl") return [];
    const file = marks.get("file");
    if (file !== undefined) files[`/${file}`] = text;
    if (modelIn(text) !== undefined) whole = text;
    const entry =
      modelIn(text) !== undefined
        ? text
        : file === undefined
          ? changed(whole, text)
          : `import { ${namesOf(text).join(", ")} } from "./${file}"\n${whole}`;
    return [
      {
        ...listing,
        compilation: compileProgram({ entry: "/tour.mtl", host: createMemoryHost({ ...files, "/tour.mtl": entry }) }),
      },
    ];
  });
}

function namesOf(text: string): readonly string[] {
  return parse(text, "listing").tree.declarations.flatMap((declaration) =>
    "name" in declaration ? [declaration.name.name] : [],
  );
}

const compiled = compileAll();
const titled = compiled.map((listing) => ({ title: `line ${listing.line}: ${listing.text.split("\n")[0]}`, listing }));

describe("the tour", () => {
  test("has listings of every kind, so that nothing below is empty", () => {
    expect(compiled.length).toBeGreaterThan(15);
    expect(new Set(listings.map(({ language }) => language))).toEqual(new Set(["mtl", "weights"]));
  });

  test.each(titled)("$title", ({ listing: { marks, text, compilation } }) => {
    const errors = compilation.diagnostics.filter(({ severity }) => severity === "error");
    expect(
      errors
        .map(({ code, message }) => `${code} ${message}`)
        .filter((error) => !error.startsWith(marks.get("error") ?? "nothing")),
    ).toEqual([]);
    expect(errors.length > 0).toBe(marks.has("error"));
    const once = print(text);
    expect(print(once)).toBe(once);
  });

  test("names weights as they are", () => {
    const named = listings
      .filter(({ language }) => language === "weights")
      .flatMap(({ text, line }) =>
        text
          .trim()
          .split("\n")
          .map((name) => ({ name, line })),
      );
    const unknown = named.filter(({ name, line }) => {
      const program = compiled.findLast((listing) => listing.line < line)?.compilation.program;
      return program?.specification.stages.every((stage) =>
        program.plan(stage.name).weights.every((weight) => weight.name !== name),
      );
    });
    expect(unknown).toEqual([]);
  });

  test("describes models that can be trained: every whole specification has its graphs", () => {
    for (const { compilation } of compiled.filter(({ text }) => modelIn(text) !== undefined)) {
      const { program } = compilation;
      const graphs = program?.specification.stages.flatMap(({ name }) =>
        program.plan(name).tasks.map((task) => program.plan(name).step(task)),
      );
      expect(graphs?.flatMap(verify)).toEqual([]);
    }
  });
});

function print(text: string): string {
  const { tree, problems } = parse(text, "listing");
  expect(problems).toEqual([]);
  return printSpecification(tree, { source: text });
}
