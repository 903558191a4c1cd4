import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { defaultLimits, readLimits } from "../../compiler/limits.ts";
import { type Compilation, compileProgram } from "../../compiler/program.ts";
import { hostileSpecification } from "./hostile-specification.ts";

const head = "model m\nmodality a: tensor([8])\n";
const tail =
  'task t { from: x  head: linear(2)  target: category("k", classes: 2) }\ndataset d { path: "d.jsonl"  tasks: [t] }\n';
const stage = "stage s { optimizer: adamw(rate: 1e-3)  epochs: 1 }\n";
const text = (middle: string, last = stage): string => `${head}${middle}\n${tail}${last}`;
const check = (specification: string, limits = ""): Compilation =>
  compileProgram({ entry: "m.mtl", host: { ...createMemoryHost({ "m.mtl": specification }), limits: () => limits } });
const namesOf = ({ diagnostics }: Compilation): readonly string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ name }) => name);
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

describe("a few lines that stand for more work than there is time are refused, with a place", () => {
  test.each([
    ["repeat to a power", "stream x = a -> repeat(1000) { it -> repeat(1000) { it -> repeat(1000) { it } } }"],
    [
      "blocks that double",
      `block b0(x: stream): stream { return x -> relu }\n${lines(40, (i) => `block b${i + 1}(x: stream): stream { return x -> b${i} -> b${i} }`)}\nstream x = a -> b40`,
    ],
    [
      "a block's parameter that doubles",
      `block twice(x: stream, f: block): stream { return f(f(x)) }\nstream x = a -> ${"twice(".repeat(38)}norm${")".repeat(38)}`,
    ],
    [
      "a list that doubles",
      "block b(x: stream): stream { let l = [1] -> repeat(60) { it + it }\n return x }\nstream x = a -> b",
    ],
    [
      "lists within lists that double",
      `block b(x: stream): stream {\nlet l = [1]\n${lines(40, () => "let l = [l, l]")}\nreturn x }\nstream x = a -> b`,
    ],
    [
      "a composition that doubles",
      `block b(x: stream): stream {\nlet f = relu\n${lines(40, () => "let f = f -> f")}\nreturn x -> f }\nstream x = a -> b`,
    ],
    ["constants", "stream x = sinusoids(1000000, 1000000) -> mean"],
    [
      "many patterns over many weights",
      `stream x = a -> repeat(700) { it -> linear(8) }\nstage s { optimizer: adamw(rate: 1e-3)  epochs: 1  freeze: [${lines(20_000, () => '"*a*b*",')}] }`,
      "",
    ],
  ])("%s", (_, middle, last = stage) => {
    const { diagnostics } = check(text(middle, last));
    expect(diagnostics.map(({ name }) => name)).toContain("too_much_work");
    expect(diagnostics.find(({ name }) => name === "too_much_work")?.at.file).toBe("m.mtl");
  });

  test("a user may allow more", () => {
    const many = text("stream x = a -> repeat(100) { it -> repeat(100) { it } }");
    expect(namesOf(check(many, "work=1k"))).toEqual(["too_much_work"]);
    expect(namesOf(check(many, "work=1M"))).toEqual([]);
    expect(readLimits("work=20M values=3").limits).toEqual({ work: 20e6, values: 3 });
    expect(readLimits("work=many, time=3").unread.map(({ text: setting }) => setting)).toEqual(["work=many", "time=3"]);
  });
});

describe("depth", () => {
  test.each([
    [
      "streams, each made of the one before",
      `stream s0 = a\n${lines(3000, (i) => `stream s${i + 1} = s${i} -> relu`)}\nstream x = s3000`,
    ],
    ["a long pipeline", `stream x = a${" -> relu".repeat(490)}`],
  ])("%s may be as long as they like", (_, middle) => {
    expect(namesOf(check(text(middle)))).toEqual([]);
  });

  test.each([
    [
      "layers, each made of the one before",
      `layer l0 = relu\n${lines(3000, (i) => `layer l${i + 1} = l${i}`)}\nstream x = a -> l3000`,
    ],
    [
      "params, each made of the one before",
      `param p0 = 1\n${lines(3000, (i) => `param p${i + 1} = p${i} + 1`)}\nstream x = a -> linear(p3000)`,
    ],
    [
      "streams that end in the one before",
      `stream s0 = a\n${lines(3000, (i) => `stream s${i + 1} = relu(s${i})`)}\nstream x = s3000`,
    ],
    [
      "blocks, each of which calls the one before",
      `block b0(x: stream): stream { return x }\n${lines(3000, (i) => `block b${i + 1}(x: stream): stream { return b${i}(x) }`)}\nstream x = b3000(a)`,
    ],
  ])("%s are told where they go too far", (_, middle) => {
    const { diagnostics } = check(text(middle));
    expect(["too_deep", "recursion"]).toContain(diagnostics[0]?.name);
  });
});

describe("work grows with the text and no faster", () => {
  test.each([
    [
      "streams in a line",
      (n: number) => `stream s0 = a\n${lines(n, (i) => `stream s${i + 1} = s${i} -> linear(8)`)}\nstream x = s${n}`,
    ],
    ["a pipeline", (n: number) => `stream x = a${" -> linear(8)".repeat(n)}`],
    ["rounds", (n: number) => `stream x = a -> repeat(${n}) { it -> linear(8) }`],
    [
      "streams beside each other",
      (n: number) =>
        `${lines(n, (i) => `stream s${i} = a -> linear(8)`)}\nstream x = concat(${lines(n, (i) => `s${i},`)})`,
    ],
    ["elements of a list", (n: number) => `param p = [${lines(n, (i) => `${i},`)}]\nstream x = a`],
  ])("%s", (_, middle) => {
    const [less, more] = [50, 200].map((n) => check(text(middle(n))));
    expect([less, more].map((compilation) => compilation && namesOf(compilation))).toEqual([[], []]);
    expect(more?.work).toBeLessThanOrEqual(4.5 * (less?.work ?? 0));
    expect(more?.work).toBeLessThan(defaultLimits.work / 4);
  });
});

test("any specification of nested, repeated, doubled and huge parts is compiled, or refused with a place; nothing throws", () => {
  fc.assert(
    fc.property(hostileSpecification, (specification) => {
      const compilation = check(specification, "work=30k");
      for (const { at } of compilation.diagnostics) {
        const source = compilation.sources.get(at.file);
        expect(source, at.file).toBeDefined();
        expect(at.end).toBeLessThanOrEqual(source?.length ?? 0);
      }
      expect(compilation.program !== undefined || namesOf(compilation).length > 0).toBe(true);
      for (const { name, tasks } of compilation.program?.specification.stages ?? [])
        compilation.program?.plan(name).step(tasks[0] ?? "");
    }),
    {
      numRuns: Number(process.env["RUNS"] ?? 60),
      ...(process.env["SEED"] ? { seed: Number(process.env["SEED"]) } : {}),
    },
  );
});
