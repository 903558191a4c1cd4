import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withShapes } from "../../compiler/expand/with-shapes.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { mtl } from "../cli/run.ts";

function shaped(text: string): string {
  const { files, notes } = compileProgram({
    entry: "a.mtl",
    host: createMemoryHost({ "a.mtl": text }),
    until: "shapes",
  });
  return withShapes(text, files.get("a.mtl")!.tree, notes);
}

/** A specification without what has no meaning. */
const bare = (text: string): string => text.replaceAll(/(?<!\/)\/\/(?!\/).*/g, "").replaceAll(/\s+/g, "");

const body = `
model a
modality photo: tensor(3, 8)
modality words: text(max_length: 8, tokenizer: characters)
`;

describe("shapes behind the steps of a pipeline", () => {
  test("are those of the streams, aligned, a step a line", () => {
    const text = shaped(`${body}stream s = words -> embed(16) -> mean -> linear(4) // scores\n`);
    expect(text).toContain(
      [
        "stream s = words  // ids[8]",
        "  -> embed(16)    // tokens[8 × 16]",
        "  -> mean         // vector[16]",
        "  -> linear(4)    // vector[4] // scores",
      ].join("\n"),
    );
  });

  test("of a block are all that it is used with", () => {
    const text = shaped(
      `${body}block f(x: tokens): tokens { return x -> norm }\nstream s = words -> embed(16) -> f\nstream t = words -> embed(4) -> f\n`,
    );
    expect(text).toMatch(/-> norm +\/\/ tokens\[8 × 16\] or tokens\[8 × 4\]\n *\}/);
  });

  test("within brackets end their lines, and nothing is taken into a comment", () => {
    const text = shaped(`${body}stream s = [mean(words -> embed(16)), (words -> embed(4)) -> mean]\n`);
    expect(text).toContain("-> embed(4)");
    expect(bare(text)).toBe(bare(`${body}stream s = [mean(words -> embed(16)), (words -> embed(4)) -> mean]`));
  });

  test("are shown up to the first mistake", () => {
    const text = shaped(`${body}stream s = words -> embed(16) -> lienar(3) -> norm\n`);
    expect(text).toContain("-> embed(16)    // tokens[8 × 16]\n  -> lienar(3)\n  -> norm");
  });
});

const examples = join(packageRoot(), "examples");

test.each(readdirSync(examples).filter((name) => name.endsWith(".mtl")))("%s stays the same specification", (name) => {
  const source = readFileSync(join(examples, name), "utf8");
  const text = shaped(source);
  expect(text).toMatch(/ {2}\/\/ \w+\[/);
  expect(bare(text)).toBe(bare(source));
  const { diagnostics } = compileProgram({
    entry: "a.mtl",
    host: createMemoryHost({ "a.mtl": text }),
    until: "syntax",
  });
  expect(diagnostics).toEqual([]);
});

test("mtl check --shapes prints them, and has no format but text", async () => {
  const file = join(examples, "mbt.mtl");
  expect((await mtl(["check", file, "--shapes"])).stdout).toMatch(
    / {2}-> transformer\(.*\) {2}\/\/ tokens\[37 × 64\]\n/,
  );
  expect(await mtl(["check", file, "--shapes", "--json"])).toMatchObject({ code: 2 });
});
