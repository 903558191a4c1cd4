import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { starterSpecification } from "../../compiler/cli/starter/specification.ts";
import { expandSpecification } from "../../compiler/expand/expand.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { createMemoryHost, createNodeHost, packageRoot } from "../../compiler/host.ts";
import { compileProgram, type Program } from "../../compiler/program.ts";
import { parse } from "../../grammar/parse.ts";

const examples = join(packageRoot(), "examples");
const specifications = [
  ["the starter", starterSpecification] as const,
  ...readdirSync(examples)
    .filter((name) => name.endsWith(".mtl"))
    .map((name) => [name, createNodeHost().readFile(join(examples, name)) ?? ""] as const),
];

function compile(text: string): Program {
  const { program, diagnostics } = compileProgram({ entry: "a.mtl", host: createMemoryHost({ "a.mtl": text }) });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program;
}

function expand(text: string): string {
  return printSpecification(expandSpecification(parse(text, "a.mtl").tree, compile(text)));
}

function weights(program: Program): unknown {
  return program.specification.stages.map(({ name }) => program.plan(name).weights.map(({ name, shape, trainable }) => ({ name, shape, trainable })));
}

describe.each(specifications)("%s", (_name, text) => {
  test("means the same when every default is written out, and has the same weights", () => {
    const [written, expanded] = [compile(text), compile(expand(text))];
    expect(expanded.specification).toEqual(written.specification);
    expect(weights(expanded)).toEqual(weights(written));
  });

  test("has no more to fill in after that", () => {
    expect(expand(expand(text))).toBe(expand(text));
  });
});
