import { describe, expect, test } from "vitest";
import { complaints, inspect } from "./harness.ts";

const inputs = `model binding
modality x: tensor(3, 4)
modality y: tensor(2, 4)
modality v: tensor(4)
`;
const of = (body: string) => inspect(`${inputs}${body}`);
const valuesOf = (body: string): Readonly<Record<string, readonly number[]>> => of(body).run();
const told = (body: string): readonly string[] => complaints(`${inputs}${body}`);

/** x and y are given first and second; the block tells them apart. */
const apart =
  "block apart(a: tokens, b: vector, scale: number = 1, shift: number = 0): tokens { return a * scale + b * 10 + shift }\n";

describe("arguments bind in two lanes", () => {
  test.each([
    "apart(x, v, 2, 3)",
    "apart(2, x, 3, v)",
    "apart(b: v, a: x, shift: 3, scale: 2)",
    "apart(x, v, shift: 3, 2)",
    "x -> apart(v, 2, 3)",
    "x -> apart(2, b: v, shift: 3)",
    "apart(x, v) { scale: 2  shift: 3 }",
  ])("%s", (call) => {
    const { s, reference } = valuesOf(`${apart}stream s = ${call}\nstream reference = x * 2 + v * 10 + 3`);
    expect(s).toEqual(reference);
  });

  test("a layer value leaves its first stream open, and positional streams fill from the second", () => {
    const { piped, layered, named, direct } = valuesOf(`${apart}layer g = apart(v, 2)
    stream piped = x -> apart(v, 2)
    stream layered = x -> g
    stream named = g(x)
    stream direct = apart(x, v, 2)`);
    expect([piped, layered, named]).toEqual([direct, direct, direct]);
  });

  test("blocks and layer values compose; a composition that is a layer is one set of weights", () => {
    const { composed, stepwise } = valuesOf(`layer f = norm -> linear(4) -> relu
    layer a = norm
    stream composed = x -> (tanh -> f) -> f
    stream stepwise = f(f(tanh(x)))`);
    expect(composed).toEqual(stepwise);
  });

  test("one `list of` parameter takes all streams: by position, spread out of a list or a fusion, or piped in front", () => {
    const { all, listed, piped, fused, both } = valuesOf(`fusion pair = late(x, y, layers: 0)
    stream all = concat(x, y)
    stream listed = concat([x, y])
    stream piped = x -> concat(y)
    stream fused = concat(pair)
    stream both = concat([x], y)`);
    expect([listed, piped, fused, both]).toEqual([all, all, all, all]);
  });

  test("an option may share a block's name, and a choice too", () => {
    const { shapes } = of(`param norm = 2
    block f(x: tokens, linear: int, kind: one of [norm, relu] = norm): tokens {
      let mean = if kind == norm then norm(x) else relu(x)
      return mean -> linear(linear)
    }
    stream s = x -> f(linear: 3, kind: relu) -> f(norm)`);
    expect(shapes.s).toBe("tokens[3 × 2]");
  });

  test("a default refers to earlier parameters and to shapes", () => {
    const { shapes } =
      of(`block f(x: tokens, half: number = width(x) / 2, twice: number = 4 * half): tokens { return x -> linear(twice) }
    stream s = x -> f
    stream t = x -> f(half: 1)`);
    expect(shapes).toEqual({ s: "tokens[3 × 8]", t: "tokens[3 × 4]" });
  });

  test("mistakes are told: too many, too few, unknown, twice, no choice, no number", () => {
    expect(told(`${apart}stream s = apart(x, v, y)`)).toEqual(["too_many_arguments"]);
    expect(told(`${apart}stream s = x -> apart`)).toEqual(["missing_option"]);
    expect(told(`${apart}stream s = x -> apart(v, scales: 2)`)).toEqual(["unknown_option"]);
    expect(told(`${apart}stream s = x -> apart(v, scale: 2, scale: 3)`)).toEqual(["duplicate_option"]);
    expect(told("stream s = x -> positions(sinus)")).toEqual(["unknown_choice"]);
    expect(told(`${apart}stream s = x -> apart(v, scale: "wide")`)).toEqual(["wrong_type"]);
  });
});

describe("blocks as arguments", () => {
  test("a block that a block was given is passed on with what it was given", () => {
    const { s, reference } = valuesOf(`block outer(x: tokens, site: block): tokens { return inner(x, site: site) }
    block inner(x: tokens, site: block): tokens { return x + site(x: x, factor: 2) }
    block scaled(x: tokens, factor: number, shift: number): tokens { return x * factor + shift }
    stream s = x -> outer(site: scaled(shift: 5))
    stream reference = x + (x * 2 + 5)`);
    expect(s).toEqual(reference);
  });

  test("a site gives a block what it declares: x, residual and the norm; what it was given before stays", () => {
    const site = (declared: string, value: string): string => `block site(${declared}): tokens { return ${value} }
    layer post = norm
    block library(x: tokens, after: block): tokens { return after(x: x * 2, residual: x, norm: post, dropout: 3) }
    stream s = x -> library(after: site)`;
    const cases = [
      ["x: tokens", "x", "x * 2"],
      ["h: tokens", "h", "x * 2"],
      ["x: tokens, residual: tokens", "x - residual", "x * 2 - x"],
      ["x: tokens, residual: tokens, norm: block", "norm(x + residual)", "post(x * 2 + x)"],
      ["x: tokens, norm: block, residual: tokens", "x -> norm", "post(x * 2)"],
    ] as const;
    for (const [declared, value, expected] of cases) {
      const { s, reference } = valuesOf(`${site(declared, value)}\nstream reference = ${expected}`);
      expect(s, declared).toEqual(reference);
    }
    const { s, reference } = valuesOf(
      `${site("x: tokens, dropout: number", "x + dropout").replace("after: site)", "after: site(dropout: 7))")}\nstream reference = x * 2 + 7`,
    );
    expect(s).toEqual(reference);
  });

  test("`it` in a layer value is what enters the layer, in a repeat what enters the body", () => {
    const { s, reference, rounds, unrolled } =
      valuesOf(`block plus(x: tokens, other: vector): tokens { return x + other }
    block outer(x: tokens, ffn: block): tokens { return ffn(x: x * 3) }
    stream s = x -> outer(ffn: plus(it.first))
    stream reference = x * 3 + (x * 3).first
    stream rounds = x -> repeat(2) { it + it.first }
    layer l = repeat(2) { it -> outer(ffn: plus(it.first)) }
    stream unrolled = (x + x.first) + (x + x.first).first`);
    expect(s).toEqual(reference);
    expect(rounds).toEqual(unrolled);
  });

  test("a block that gives a block is applied to what is piped into it, wherever it stands", () => {
    const { a, b, c, reference } = valuesOf(`block twice(): block { return stack(relu, tanh) }
    block outer(x: tokens, ffn: block): tokens { return ffn(x: x) }
    stream a = x -> twice()
    stream b = x -> twice
    stream c = x -> outer(ffn: stack(relu, tanh))
    stream reference = tanh(relu(x))`);
    expect([a, b, c]).toEqual([reference, reference, reference]);
  });
});

describe("fusions", () => {
  const fields = (body: string): readonly string[] => Object.keys(of(body).shapes);

  test("results are called after labels, else after the first names of the inputs", () => {
    expect(fields("fusion s = late(x, right = y -> norm, layers: 0)")).toEqual(["s.x", "s.right"]);
    expect(fields("stream z = x -> norm\nfusion s = late(z -> tanh, optional y -> relu, layers: 0)")).toEqual([
      "z",
      "s.z",
      "s.y",
    ]);
  });

  test("named results of the block win; one stream has the fusion's own name", () => {
    expect(
      fields("block f(a: tokens, b: tokens): (left: tokens, right: tokens) { return (a, b) }\nfusion s = f(x, y)"),
    ).toEqual(["s.left", "s.right"]);
    expect(
      fields("block f(a: tokens, b: tokens): (tokens, tokens) { return (a, b) }\nfusion s = f(x, y -> tanh)"),
    ).toEqual(["s.x", "s.y"]);
    expect(fields("fusion s = concat(x, y)")).toEqual(["s"]);
  });

  test("the results are those of the block, in order", () => {
    const values = valuesOf(
      "block f(a: tokens, b: tokens): (tokens, tokens) { return (b, a) }\nfusion s = f(x, y)\nstream one = s.x\nstream two = s.y\nstream px = x\nstream py = y",
    );
    expect([values.one, values.two]).toEqual([values.py, values.px]);
  });

  test("two results of one name are an error, and so is a name that no result has", () => {
    expect(told("fusion s = late(x, x -> norm, layers: 0)")).toEqual(["duplicate_declaration"]);
    expect(told("fusion s = late(x, y, layers: 0)\nstream t = s.z")).toEqual(["unknown_member"]);
  });
});

describe("tokens carry named positions", () => {
  test("with_cls adds cls, concat keeps those that stay unique, .first is position 0", () => {
    const { one, first, cls, late, last } = valuesOf(`stream a = x -> with_cls
    stream b = concat(learned(1, 4), y) -> mark("task", 0)
    stream both = concat(b, a)
    stream one = a.cls
    stream cls = both.cls
    stream first = both.first
    stream late = both.task
    stream last = slice(both, start: 3, size: 1).cls`);
    expect(cls).toEqual(one);
    expect(late).toEqual(first);
    expect(last).toEqual(one);
    expect(told("stream a = x -> with_cls\nstream b = y -> with_cls\nstream s = concat(a, b).cls")).toEqual([
      "unknown_member",
    ]);
    expect(told("stream a = slice(x -> with_cls, start: 1, size: 2).cls")).toEqual(["unknown_member"]);
  });
});
