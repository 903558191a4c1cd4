import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { levels } from "../../compiler/level.ts";
import { type CompileRequest, compileProgram } from "../../compiler/program.ts";

const sound = `model notes

modality words: text(max_length: 8, tokenizer: characters(size: 32))

stream read = words -> embed(16) -> transformer(layers: 1, heads: 2) -> mean

task mood { from: read  head: linear(3)  target: category("mood", classes: 3) }
task size { from: read  head: linear(1)  target: number("size") }

dataset notes { path: "notes.jsonl"  tasks: [mood, size] }

stage fit { optimizer: adamw(rate: 1e-2)  batch: 4  epochs: 1 }
`;

const compile = (text: string, request: Partial<CompileRequest> = {}) =>
  compileProgram({ entry: "notes.mtl", host: createMemoryHost({ "notes.mtl": text }), ...request });

describe("with errors, a compilation has", () => {
  test("the files and bindings, and every declaration without an error, but no program", () => {
    const { verdict, program, files, bindings, specification, diagnostics } = compile(
      sound.replace('number("size")', "number(7)"),
    );
    expect({ verdict, program }).toEqual({ verdict: "errors", program: undefined });
    expect(diagnostics.map(({ code }) => code)).toEqual(["MTL3003"]);
    expect(files.get("notes.mtl")?.tree.declarations).toHaveLength(7);
    expect([...(bindings?.scopes.get("notes.mtl")?.symbols.keys() ?? [])]).toContain("size");
    expect(Object.keys(specification?.tasks ?? {})).toEqual(["mood"]);
    expect(Object.keys(specification?.modalities ?? {})).toEqual(["words"]);
  });

  test("the files and bindings, where it asks for more than it may", () => {
    const host = { ...createMemoryHost({ "notes.mtl": sound }), limits: () => "work=50" };
    const { verdict, files, bindings } = compile(sound, { host });
    expect(verdict).toBe("errors");
    expect(files.size).toBe(1);
    expect(bindings?.model?.name.name).toBe("notes");
  });
});

test("over its budget a specification has a program to count and draw, and another verdict", () => {
  const { verdict, program } = compile(sound.replace("epochs: 1", "epochs: 1  budget: at_most(parameters: 10)"));
  expect(verdict).toBe("over_budget");
  expect(program?.specification.stages).toHaveLength(1);
});

describe("each level", () => {
  const mistakes = {
    syntax: sound.replace("head: linear(3)", "head: linear(3"),
    names: `${sound}block louder(x: tokens): tokens { return x -> nrom }\n`,
    shapes: sound.replace("heads: 2", "heads: 3"),
    stages: sound.replace("epochs: 1", 'epochs: 1  freeze: ["nobody.**"]'),
    everything: sound.replace("epochs: 1", "epochs: 1  budget: at_most(parameters: 10)"),
  };

  test.each(levels)("%s finds its own mistakes, and does not look for later ones", (until) => {
    for (const level of levels) {
      const { verdict, program } = compile(mistakes[level], { until });
      const isFound = levels.indexOf(level) <= levels.indexOf(until);
      expect([level, verdict]).toEqual([
        level,
        isFound ? (level === "everything" ? "over_budget" : "errors") : "unfinished",
      ]);
      if (!isFound) expect(program).toBeUndefined();
    }
  });
});

test.each([
  ["a stream", "words -> embed(16)", "wrods -> embed(16)"],
  ["a layer", "-> mean\n", "-> maen\n"],
  ["a task's stream", "from: read", "from: raed"],
  ["a task's head", "head: linear(3)", "head: linaer(3)"],
])("a misspelt name in %s is found from the level names on, once and in the same words", (_, right, wrong) => {
  const found = levels
    .filter((level) => level !== "syntax")
    .map((until) => compile(sound.replace(right, wrong), { until }).diagnostics);
  expect(found[0]?.map(({ name, help }) => [name, help?.startsWith("Did you mean")])).toEqual([["unknown_name", true]]);
  for (const diagnostics of found) expect(diagnostics).toEqual(found[0]);
});

test("a file that did not change keeps its tree", () => {
  const files = { "notes.mtl": `import { wide } from "parts.mtl"\n${sound}`, "parts.mtl": "param wide = 3\n" };
  const first = compile(sound, { host: createMemoryHost(files) });
  const edited = { ...files, "notes.mtl": files["notes.mtl"].replace("embed(16)", "embed(32)") };
  const second = compile(sound, { host: createMemoryHost(edited), previous: first });
  expect(second.files.get("parts.mtl")?.tree).toBe(first.files.get("parts.mtl")?.tree);
  expect(second.files.get("notes.mtl")?.tree).not.toBe(first.files.get("notes.mtl")?.tree);
  expect(second.diagnostics).toEqual(compile(sound, { host: createMemoryHost(edited) }).diagnostics);
});
