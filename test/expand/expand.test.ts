import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { starterSpecification } from "../../cli/starter/specification.ts";
import { expandSpecification } from "../../compiler/expand/expand.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileProgram, type Program } from "../../compiler/program.ts";
import { parse } from "../../grammar/parse.ts";

/** A specification with features of the language that no example uses. */
const weighted = `model birds
modality v: tensor(4)
modality ward: table(numeric: ["3"], categorical: { "10": 3, b: 2, "2": 4, "not": 2 })
stream of_ward = ward -> as_vector
stream seen = v -> linear(3) -> norm
task kind { from: seen  head: linear(2)  target: category("kind", classes: ["very good", "poor"], class_weights: { "very good": 2, poor: 1 }) }
task other { from: seen  head: linear(2)  target: category("true", 2, balanced) }
task third { from: seen  head: linear(2)  target: category("third", 2, [1, 0.5]) }
task of_wards { from: of_ward  head: linear(2)  target: category("by", 2) }
dataset data { path: "data.jsonl"  weight: "w"  rows: sample(12.5%)  tasks: all }
dataset more_data { path: "more.jsonl"  rows: sample(64, draw: 3)  tasks: [kind] }
stage fit {
  optimizer: lamb(rate: 0.1, groups: [group("task.**" except "**.bias", rate: 1), group([seen, "**.bias"], weight_decay: 0)])
  average: exponential
  steps: 3
}
stage more { optimizer: adafactor(groups: group(all, rate: 0.5))  average: exponential(decay: 90%)  steps: 3 }
`;
const examples = join(packageRoot(), "examples");
const specifications = [
  ["the starter", starterSpecification] as const,
  ["weights of groups, classes and averages", weighted] as const,
  ...readdirSync(examples)
    .filter((name) => name.endsWith(".mtl"))
    .map((name) => [name, createNodeHost().readFile(join(examples, name)) ?? ""] as const),
];

/** The tests of a specification compile it, and what it expands to, once. */
const compiled = new Map<string, Program>();

function compile(text: string): Program {
  const known = compiled.get(text);
  if (known) return known;
  const { program, diagnostics } = compileProgram({ entry: "a.mtl", host: createMemoryHost({ "a.mtl": text }) });
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  compiled.set(text, program);
  return program;
}

function expand(text: string): string {
  return printSpecification(expandSpecification(parse(text, "a.mtl").tree, compile(text)));
}

function weights(program: Program): unknown {
  return program.specification.stages.map(({ name }) =>
    program.plan(name).weights.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
  );
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

test("maps keep the order in which they are written, whatever their keys look like", () => {
  const text = `model o
param sizes = { "10": 1, b: 5, "2": 2 }
modality x: tensor(4)
modality w: table(categorical: { "10": 3, "2": 4 })
stream h = x -> linear(3)
task t { from: h  head: linear(2)  target: category("10", classes: 2, class_weights: { "10": 2, "2": 1 }) }
task u { from: w -> as_vector  head: linear(2)  target: category("2", classes: 2) }
dataset d { path: "d.jsonl"  tasks: [t, u]  columns: { "10": "ten", x: "z", "2": "two" } }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  with: { sizes: { "7": 1, "5": 2 } } }`;
  const { program } = compileProgram({ entry: "o.mtl", host: createMemoryHost({ "o.mtl": text }) });
  if (!program) throw new Error("it compiles");
  const printed = printSpecification(expandSpecification(parse(text, "o.mtl").tree, program));
  for (const map of [
    '{ "10": 1, b: 5, "2": 2 }',
    '{ "10": 3, "2": 4 }',
    '{ "10": 2, "2": 1 }',
    '{ "10": "ten", x: "z", "2": "two", w:',
    '{ "7": 1, "5": 2 }',
  ])
    expect(printed).toContain(map);
});
