import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile, complaints, forwardOf, inspect, sound, weightLines, weightNames } from "./harness.ts";

const inputs = `model names
modality x: tensor(3, 4)
`;
const names = (body: string): readonly string[] => weightNames(`${inputs}${body}`);

describe("a weight is named by the way that leads to it", () => {
  test("the declaration, the block, the weight; a declaration that is exactly one call names it, as a `let` does", () => {
    expect(names("stream s = x -> linear(2, bias: false) -> linear(3, bias: false)")).toEqual([
      "s.linear.kernel",
      "s.linear_2.kernel",
    ]);
    expect(names("stream s = x -> linear(2, bias: false)")).toEqual(["s.kernel"]);
    expect(names("stream s = linear(x, 2, bias: false)")).toEqual(["s.kernel"]);
  });

  test("a `let` names exactly its call, and no call within it", () => {
    expect(
      names(`block f(x: tokens): tokens {
      let once = linear(x, 4, bias: false)
      let piped = once -> linear(4, bias: false)
      let sum = linear(piped, 4, bias: false) + linear(piped, 4, bias: false)
      return sum
    }
    stream s = x -> f`),
    ).toEqual(["s.once.kernel", "s.piped.kernel", "s.linear.kernel", "s.linear_2.kernel"]);
  });

  test("a block parameter names what came through it, whatever it is", () => {
    const body = (ffn: string): string => `block f(x: tokens, ffn: block): tokens { return x + ffn(x: x) }
    block own(x: tokens): tokens { return x -> linear(width(x), bias: false) }
    stream s = x -> f(ffn: ${ffn})`;
    expect(names(body("own"))).toEqual(["s.ffn.linear.kernel"]);
    expect(names(body("linear(4, bias: false)"))).toEqual(["s.ffn.kernel"]);
    expect(names(body("linear(4, bias: false) -> norm"))).toEqual([
      "s.ffn.linear.kernel",
      "s.ffn.norm.scale",
      "s.ffn.norm.offset",
    ]);
  });

  test("a block parameter that is passed on twice gets `_2`, in textual order", () => {
    expect(
      names(`block f(x: tokens, ffn: block): tokens { return ffn(x: ffn(x: x)) }
    stream s = x -> f(ffn: linear(4, bias: false))`),
    ).toEqual(["s.ffn_2.kernel", "s.ffn.kernel"]);
  });

  test("`repeat` adds its index, or what its list's streams are called", () => {
    expect(names("stream s = x -> repeat(2) { it -> linear(4, bias: false) }")).toEqual(["s.0.kernel", "s.1.kernel"]);
    expect(
      names(`block f(streams: list of tokens): list of tokens {
      let (done, n) = repeat(streams) as stream from (done = [], n = 0) { yield (append(done, linear(stream, 4, bias: false)), n + 1) }
      return done
    }
    stream y = x -> norm
    fusion s = f(x, y)`),
    ).toEqual(["y.scale", "y.offset", "s.x.linear.kernel", "s.y.linear.kernel"]);
  });

  test("a layer is named by its declaration wherever it is used, and one in a block once for each instance of the block", () => {
    expect(
      names(`layer l = norm -> linear(4, bias: false)
    stream s = x -> l -> l
    block f(x: tokens): tokens {
      layer own = linear(4, bias: false)
      return x -> own -> own
    }
    stream t = x -> f -> f`),
    ).toEqual(["l.norm.scale", "l.norm.offset", "l.linear.kernel", "t.f.own.kernel", "t.f_2.own.kernel"]);
  });

  test("combinators add no segment; per_task and all_tasks add the task behind the block", () => {
    const text = `${inputs}
    block adapter(x: tokens): tokens { return x + linear(x, 4, bias: false) }
    block insert(x: tokens): tokens { return x -> stack(norm, per_task(adapter)) }
    stream one = x -> encoder_layer(heads: 1, after_ffn: insert)
    stream two = average(all_tasks(adapter)(x))
    task a { from: mean(one)  head: linear(1, bias: false)  target: number("a") }
    task b { from: mean(two)  head: linear(1)  target: number("b") }`;
    const own = forwardOf(sound(text), { task: "a" })
      .weights.map(({ name }) => name)
      .filter((name) => !name.startsWith("one.a") || name.includes("after_ffn"));
    expect(own.filter((name) => /after_ffn|task/u.test(name))).toEqual([
      "one.after_ffn.norm.scale",
      "one.after_ffn.norm.offset",
      "one.after_ffn.adapter.a.linear.kernel",
      "task.a.head.kernel",
    ]);
    expect(forwardOf(sound(text), { task: "b" }).weights.map(({ name }) => name)).toEqual([
      "two.adapter.a.linear.kernel",
      "two.adapter.b.linear.kernel",
      "task.b.head.kernel",
      "task.b.head.bias",
    ]);
  });

  test("a task's own weights start with its name", () => {
    const text = `${inputs}stream v = mean(x)
    task t { from: [v -> linear(2), v -> linear(2)]  head: ensemble  target: category("c", classes: 2) }
    task u { from: v  head: norm -> mlp(3, 2)  target: category("c", classes: 2) }`;
    expect(forwardOf(sound(text), { task: "t" }).weights.map(({ name }) => name)).toEqual([
      "task.t.linear.kernel",
      "task.t.linear.bias",
      "task.t.linear_2.kernel",
      "task.t.linear_2.bias",
    ]);
    expect(forwardOf(sound(text), { task: "u" }).weights.map(({ name }) => name)).toEqual(
      ["norm.scale", "norm.offset", "mlp.up.kernel", "mlp.up.bias", "mlp.down.kernel", "mlp.down.bias"].map(
        (name) => `task.u.head.${name}`,
      ),
    );
  });

  test("branches of one compile-time `if` share names, so that a stage's `with` finds what an earlier one trained", () => {
    const body = (wide: boolean): string => `param wide: bool = ${wide}
    block f(x: tokens): tokens {
      let fed = if wide then mlp(x, ratio: 8) else mlp(x)
      return if wide then fed -> linear(4) else norm(fed -> linear(4))
    }
    stream s = x -> f`;
    const [wide, narrow] = [names(body(true)), names(body(false))];
    expect(wide).toEqual(narrow.filter((name) => !name.includes("norm")));
    expect(narrow).toContain("s.norm.scale");
  });

  test("a layer and a `let` of one body do not fall together", () => {
    expect(
      names(`block f(x: tokens): tokens {
      let a = linear(x, 4, bias: false)
      layer a = linear(4, bias: false)
      return a(x) + linear(x, 4, bias: false)
    }
    stream s = x -> f`),
    ).toEqual(["s.a.kernel", "s.a_2.kernel", "s.linear.kernel"]);
  });

  test("a block keeps its name beside options, params and streams that share it", () => {
    expect(
      names(`param linear = 4
    param width = 4
    block f(x: tokens, norm: bool, dropout: rate = 0%): tokens {
      let mean = x -> norm
      return mean -> dropout(dropout) -> linear(if norm then width(mean) else 1, bias: false) -> norm
    }
    stream s = x -> f(norm: true)`),
    ).toEqual(["s.mean.scale", "s.mean.offset", "s.linear.kernel", "s.norm.scale", "s.norm.offset"]);
  });

  test("two weights that would have one name are an error", () => {
    expect(
      complaints(`${inputs}
    block f(x: tokens): tokens { weight w[4] = ones  return x * w }
    block g(x: tokens): tokens { weight w[4] = zeros  return x + w }
    stream s = x -> repeat(2, share: all) as i { if i == 0 then f(it) else g(it) }`),
    ).toEqual(["weight_name_taken"]);
  });
});

describe("names are stable", () => {
  const base = `${inputs}
layer l = norm
block f(x: tokens): tokens { let a = linear(x, 4)  return (a -> l) + (x -> mlp(ratio: 2)) }
stream s = x -> f -> repeat(2) { it -> encoder_layer(heads: 2) }
stream t = s -> f -> mlp
`;
  const shapes = (text: string): readonly string[] => weightLines(inspect(text).weights).toSorted();

  test("under another order of the declarations and another layout", () => {
    const [head = "", ...rest] = base.split(/\n(?=layer|block|stream|modality)/u);
    expect(shapes([head, ...rest.toReversed()].join("\n"))).toEqual(shapes(base));
    expect(shapes(base.replaceAll(/\s+/gu, " "))).toEqual(shapes(base));
    expect(shapes(base.replaceAll(/([(){},])/gu, " $1\n"))).toEqual(shapes(base));
  });

  test("under what is added beside or behind", () => {
    const more = base
      .replace("stream t = s", "stream before = x -> linear(4)\nlayer m = norm\nstream t = s")
      .replace("repeat(2)", "repeat(3)")
      .replace("ratio: 2)", "ratio: 2) -> norm")
      .replace("-> f -> mlp", "-> f -> mlp -> norm");
    expect(shapes(more)).toEqual(expect.arrayContaining([...shapes(base)]));
  });
});

test("the names of every example's weights are those of the golden file", () => {
  const folder = new URL("../../examples/", import.meta.url);
  const golden = new URL("weight-names.golden.txt", import.meta.url);
  const lines = readdirSync(folder)
    .filter((file) => file.endsWith(".mtl"))
    .toSorted()
    .flatMap((file) => {
      const { program } = compile(readFileSync(new URL(file, folder), "utf8"));
      if (!program) throw new Error(`${file} does not compile`);
      const weights = Object.keys(program.specification.tasks).flatMap(
        (task) => forwardOf(program, { task, mode: "train" }).weights,
      );
      return [`# ${file}`, ...new Set(weights.map(({ name }) => name))];
    });
  const text = `${lines.join("\n")}\n`;
  if (process.env.UPDATE) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, "utf8"));
});
