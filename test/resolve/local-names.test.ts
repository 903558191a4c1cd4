import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { Semantics } from "../../compiler/semantics.ts";
import { compile, complaints } from "../elaborate/harness.ts";

/** A specification whose only stream is made of `photo`; there is a modality `words` as well. */
function specification(block: string, pipeline = "photo -> f", more = ""): string {
  return `model m
modality photo: tensor([3, 8])
modality words: text(max_length: 8, tokenizer: characters)
${block}
${more}
stream s = ${pipeline}
task t { from: mean(s)  head: linear(3)  target: category("k", classes: 3) }
dataset d { path: "a.jsonl"  tasks: [t] }
stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;
}

function inputsOf(text: string, semantics: Semantics = 2): readonly string[] {
  const { program, diagnostics } = compileProgram({
    entry: "m.mtl",
    host: createMemoryHost({ "m.mtl": text }),
    semantics,
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return program?.specification.tasks["t"]?.inputs.map(({ modality }) => modality) ?? [];
}

const hidden = {
  "a parameter": "block f(words: tokens): tokens { return words -> norm }",
  "a `let`": "block f(x: tokens): tokens { let words = norm(x)  return words + x }",
  "a weight": "block f(x: tokens): tokens { weight words[8] = ones  return x * words }",
  "a layer": "block f(x: tokens): tokens { layer words = linear(8)  return x -> words }",
  "an index": "block f(x: tokens): tokens { return x -> repeat(2) as words { it -> linear(8 + 0 * words) } }",
  "a carried value":
    "block f(x: tokens): tokens { let r = repeat(2) from (words = x) { yield norm(words) }  return r }",
  "a choice of an argument":
    "block f(x: tokens, sees: one of [words, photo] = photo): tokens { return if sees == words then x -> norm else x }\nblock g(x: tokens): tokens { return x -> f(sees: words) }",
  "a choice beside `==`":
    "param sees: one of [words, photo] = photo\nblock f(x: tokens): tokens { return if words == sees then x -> norm else x }",
};

describe("a name that hides a modality does not make a task require it:", () => {
  test.each(Object.entries(hidden))("%s", (_, block) => {
    const pipeline = block.includes("block g") ? "photo -> g" : "photo -> f";
    expect(inputsOf(specification(block, pipeline))).toEqual(["photo"]);
  });

  test("a modality that a block names itself is required", () => {
    const block = "block f(x: tokens): tokens { return x + mean(words -> embed(8)) }";
    expect(inputsOf(specification(block))).toEqual(["photo", "words"]);
  });

  test("a model of before goes on to require what it was trained with", () => {
    const text = specification(hidden["a parameter"]);
    expect(inputsOf(text, 1)).toEqual(["photo", "words"]);
  });

  test("a modality that is only hidden is unused", () => {
    const { diagnostics } = compile(specification(hidden["a parameter"]));
    expect(diagnostics.map(({ name }) => name)).toContain("unused_modality");
  });
});

describe("where one of several choices is asked for, a bare name of one of them is that choice, though a modality has the name:", () => {
  const block = `block f(x: tokens, sees: one of [words, photo] = photo): tokens {
  return if sees == words then x -> linear(4) else x
}`;

  test.each([
    ["behind the name of an argument", "photo -> f(sees: words)", ""],
    ["as the value of a param", "photo -> f(sees: what)", "param what: one of [words, photo] = words"],
    [
      "on either side of `==`",
      "photo -> (if words == what then linear(4) else norm)",
      "param what: one of [words, photo] = words",
    ],
  ])("%s", (_, pipeline, more) => {
    const text = specification(block, pipeline, more);
    expect(complaints(text).filter((name) => !name.startsWith("unused"))).toEqual([]);
    const { program } = compile(text);
    expect(program?.plan("fit").weights.find(({ name }) => name === "task.t.head.kernel")?.shape).toEqual([4, 3]);
  });

  test("an argument by position that names a stream is that stream", () => {
    const text = specification(
      "block f(x: tokens, y: tokens, sees: one of [s2, photo] = photo): tokens { return x + y }",
      "f(photo, s2)",
      "stream s2 = photo -> linear(8)",
    );
    expect(complaints(text).filter((name) => !name.startsWith("unused"))).toEqual([]);
  });

  test("another name is looked up", () => {
    const text = specification(block, "photo -> f(sees: word)");
    expect(complaints(text)).toContain("unknown_choice");
  });
});
