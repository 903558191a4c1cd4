import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { type Level, levels } from "../../compiler/level.ts";
import { type Compilation, type CompileRequest, compileProgram } from "../../compiler/program.ts";
import { type Semantics, currentSemantics } from "../../compiler/semantics.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { edited, edits } from "./edits.ts";
import { observed } from "./observed.ts";
import { type Files, entry, twoFiles } from "./two-files.ts";

const example = (name: string): Files => ({
  [entry]: readFileSync(join(packageRoot(), "examples", `${name}.mtl`), "utf8"),
});

/** The settings of one compilation, which are mostly those of an editor. */
interface Asking extends Pick<CompileRequest, "until" | "set" | "semantics"> {
  readonly limits: string;
}

const asking: fc.Arbitrary<Asking> = fc.record({
  until: mostly<Level>("stages", "shapes", "everything", ...levels),
  set: mostly<Readonly<Record<string, string>>>({}, { depth: "3" }, { wide: "8" }, { kind: "gated" }),
  semantics: mostly<Semantics>(currentSemantics, 1),
  limits: mostly("", "work=1k", "work=2k", "work=4k", "values=100"),
});

function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const compile = (
  files: Files,
  { limits, ...request }: Partial<Asking> & Pick<CompileRequest, "previous"> = {},
): Compilation =>
  compileProgram({ entry, host: { ...createMemoryHost(files), limits: () => limits ?? "" }, ...request });

test("the same words may mean another declaration, where an import changes its file", () => {
  const part = (name: string, width: number): string =>
    `block inner(x: vector): vector { return linear(x, ${width}) }\nblock ${name}(x: vector): vector { return inner(x) }`;
  const importing = (from: string): Files => ({
    [entry]: `import { first } from "first.mtl"
import { second } from "second.mtl"
import { third } from "third.mtl"
modality words: text(max_length: 8, tokenizer: characters(size: 32))
task mood { from: words -> embed(4) -> mean -> first -> second -> third  target: number("mood") }
`,
    "first.mtl": part("first", 3),
    "second.mtl": part("second", 1),
    "third.mtl": `import { inner } from "${from}.mtl"\nblock third(x: vector): vector { return inner(x) }`,
  });
  const previous = compile(importing("second"), { until: "stages" });
  const edited = importing("first");
  expect(observed(compile(edited, { until: "stages", previous }))).toEqual(
    observed(compile(edited, { until: "stages" })),
  );
});

test("a warning about a task that did not change is given again", () => {
  const fixture = join(packageRoot(), "test", "diagnostics", "fixtures", "single_symmetric_fusion.mtl");
  const text = readFileSync(fixture, "utf8");
  const previous = compile({ [entry]: text });
  const later = compile({ [entry]: text }, { previous });
  expect(later.diagnostics.map(({ name }) => name)).toContain("single_symmetric_fusion");
  expect(later.diagnostics).toEqual(previous.diagnostics);
});

describe.each([
  ["two files", twoFiles, 20],
  ["ca_mtl", example("ca_mtl"), 2],
  ["mbt", example("mbt"), 3],
] as const)("after any edits of %s", (_, files, numRuns) => {
  test("a compilation with the one before it is the same as without", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(edits, asking), { minLength: 1, maxLength: 5 }), (rounds) => {
        let current = files;
        let previous = compile(files);
        for (const [round, request] of rounds) {
          current = round.reduce((before, edit) => edited(before, files, edit), current);
          const warm = compile(current, { ...request, previous });
          expect(observed(warm)).toEqual(observed(compile(current, request)));
          previous = warm;
        }
      }),
      { numRuns },
    );
  });
});
