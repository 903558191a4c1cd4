import { describe, expect, test } from "vitest";
import { inspect } from "../elaborate/harness.ts";
import { close, inputs, numbers } from "./numbers.ts";
import { add, attends, attention, layerNorm, linear, matrix, mlp, norm } from "./oracle.ts";

describe("functions of one number", () => {
  const functions: { readonly [name: string]: (x: number) => number } = {
    exp: Math.exp,
    tanh: Math.tanh,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    relu: (x) => Math.max(0, x),
    softplus: (x) => Math.log(1 + Math.exp(x)),
    sin: Math.sin,
    cos: Math.cos,
    abs: Math.abs,
    sign: Math.sign,
  };
  test.each(Object.entries(functions))("%s, of a stream and of a compile-time number", (name, f) => {
    const { values, given } = numbers(`stream s = v -> ${name}\nstream t = 0 * v + ${name}(-0.75)`);
    close(values.s, [given("feature/v").map(f)]);
    for (const value of values.t ?? []) expect(value).toBeCloseTo(f(-0.75), 6);
  });
});

describe("attention", () => {
  test("of one and of two heads, with a bias, and over masked words", () => {
    const { values, given, byName } = numbers(`stream one = attend(x, y, y, heads: 1)
    stream two = attend(x, y, y, heads: 2, bias: 0 * learned(1) + 3)
    stream read = words -> embed(4)
    stream masked = attend(x, read, read, heads: 2)`);
    const [x, y] = [matrix(given("feature/x"), 4), matrix(given("feature/y"), 4)];
    close(values.one, attention(x, y, y, { heads: 1 }));
    close(values.two, attention(x, y, y, { heads: 2, bias: 3 }));
    const read = given("feature/words.ids").map((id) => byName.matrix("read.table")[id] ?? []);
    close(values.masked, attention(x, read, read, { heads: 2, mask: given("feature/words.mask") }));
  });

  test("without a look ahead, in a transformer with a bias of its own as in one without", () => {
    const { values, run, given, graph } =
      numbers(`stream plain = x -> transformer(layers: 1, heads: 2, dropout: 0%, causal: true)
    stream bias = learned(3)
    stream biased = x -> transformer(layers: 1, heads: 2, dropout: 0%, causal: true, bias: reshape(bias, [1, 3]))
    stream open = x -> transformer(layers: 1, heads: 2, dropout: 0%, bias: reshape(bias, [1, 3]))`);
    // The last of three tokens changes: a causal transformer leaves the first two as they were.
    const changed = run({ "feature/x": given("feature/x").map((value, index) => (index === 8 ? value + 1 : value)) });
    for (const name of ["plain", "biased"] as const) {
      expect(changed[name]?.slice(0, 8)).toEqual(values[name]?.slice(0, 8));
      expect(changed[name]?.slice(8)).not.toEqual(values[name]?.slice(8));
    }
    expect(changed.open?.slice(0, 8)).not.toEqual(values.open?.slice(0, 8));
    const weight = graph.inputs.find(({ name }) => name.startsWith("bias"))?.name ?? "";
    const other = run({ [weight]: [2, 0, -2] });
    expect(other.plain).toEqual(values.plain);
    expect(other.biased).not.toEqual(values.biased);
  });

  test("a masked word is passed over", () => {
    const { run, given, byName } = numbers(
      "stream read = words -> embed(4)\nstream s = attend(x, read, read, heads: 2)",
    );
    const mask = [1, 0, 1, 0];
    const read = given("feature/words.ids").map((id) => byName.matrix("read.table")[id] ?? []);
    close(
      run({ "feature/words.mask": mask }).s,
      attention(matrix(given("feature/x"), 4), read, read, { heads: 2, mask }),
    );
  });

  test("self-attention and cross-attention project, attend, and project", () => {
    const { values, given, byName } = numbers(
      "stream a = x -> self_attention(2)\nstream b = x -> cross_attention(y, heads: 2)",
    );
    const [x, y] = [matrix(given("feature/x"), 4), matrix(given("feature/y"), 4)];
    close(values.a, attends(x, x, "a", byName, { heads: 2 }));
    close(values.b, attends(x, y, "b", byName, { heads: 2 }));
  });
});

describe("transformer layers", () => {
  test("encoder layer, pre-norm", () => {
    const { values, given, byName } = numbers("stream s = x -> encoder_layer(heads: 2)");
    const x = matrix(given("feature/x"), 4);
    const normed = norm(x, "s.attention_norm", byName);
    const attended = add(x, attends(normed, normed, "s.attention", byName, { heads: 2 }));
    close(values.s, add(attended, mlp(norm(attended, "s.ffn_norm", byName), "s.ffn", byName)));
  });

  test("encoder layer, post-norm", () => {
    const { values, given, byName } = numbers("stream s = x -> encoder_layer(heads: 2, norm: post)");
    const x = matrix(given("feature/x"), 4);
    const attended = norm(add(x, attends(x, x, "s.attention", byName, { heads: 2 })), "s.attention_norm", byName);
    close(values.s, norm(add(attended, mlp(attended, "s.ffn", byName)), "s.ffn_norm", byName));
  });

  test("decoder layer, pre- and post-norm", () => {
    const { values, given, byName } = numbers(
      "stream s = x -> decoder_layer(y, heads: 2)\nstream t = x -> decoder_layer(y, heads: 2, norm: post)",
    );
    const [x, y] = [matrix(given("feature/x"), 4), matrix(given("feature/y"), 4)];
    const normed = norm(x, "s.self_norm", byName);
    const first = add(x, attends(normed, normed, "s.self_attention", byName, { heads: 2 }));
    const second = add(
      first,
      attends(norm(first, "s.cross_norm", byName), y, "s.cross_attention", byName, { heads: 2 }),
    );
    close(values.s, add(second, mlp(norm(second, "s.ffn_norm", byName), "s.ffn", byName)));
    const one = norm(add(x, attends(x, x, "t.self_attention", byName, { heads: 2 })), "t.self_norm", byName);
    const two = norm(add(one, attends(one, y, "t.cross_attention", byName, { heads: 2 })), "t.cross_norm", byName);
    close(values.t, norm(add(two, mlp(two, "t.ffn", byName)), "t.ffn_norm", byName));
  });

  test("cross-attend and co-attention", () => {
    const { values, given, byName } = numbers(
      "stream s = x -> cross_attend(y, heads: 2, ffn: mlp(ratio: 1), normalise: norm)\nfusion c = co_attention(x, y, heads: 2)",
    );
    const [x, y] = [matrix(given("feature/x"), 4), matrix(given("feature/y"), 4)];
    const read = add(
      x,
      attends(norm(x, "s.query_norm", byName), norm(y, "s.memory_norm", byName), "s.attention", byName, { heads: 2 }),
    );
    close(values.s, add(read, mlp(norm(read, "s.ffn_norm", byName), "s.ffn", byName)));
    for (const [own, other, name] of [
      [x, y, "text"],
      [y, x, "image"],
    ] as const) {
      const met = norm(add(own, attends(own, other, `c.${name}_read`, byName, { heads: 2 })), `c.${name}_norm`, byName);
      close(values[`c.${name}`], norm(add(met, mlp(met, `c.${name}_fed`, byName)), `c.${name}_ffn_norm`, byName));
    }
  });

  test("a transformer is its layers one after another", () => {
    const { run, graph } = numbers("stream s = x -> transformer(layers: 2, heads: 2)");
    const unrolled = numbers("stream s = x -> repeat(2) { it -> encoder_layer(heads: 2) }");
    expect(run().s).toEqual(unrolled.run().s);
    expect(graph.inputs.map(({ name }) => name)).toEqual(unrolled.graph.inputs.map(({ name }) => name));
  });
});

describe("norms", () => {
  test("layer norm over the last axis", () => {
    const { values, given } = numbers("stream s = x -> norm(epsilon: 0.1)");
    close(values.s, layerNorm(matrix(given("feature/x"), 4), given("s.scale"), given("s.offset"), 0.1));
  });

  test("group norm: mean and variance over the places and the channels of a group (Wu & He, 2018, eq. 7)", () => {
    const { values, given } = numbers(
      "stream g = picture -> conv(4)\nstream s = group_norm(g, groups: 2, epsilon: 0.5)",
    );
    const cells = matrix(values.g ?? [], 4);
    const expected = cells.map((row) =>
      row.map((value, channel) => {
        const group = cells.flatMap((other) => other.filter((_, c) => Math.floor(c / 2) === Math.floor(channel / 2)));
        const mean = group.reduce((sum, each) => sum + each, 0) / group.length;
        const variance = group.reduce((sum, each) => sum + (each - mean) ** 2, 0) / group.length;
        return (
          ((value - mean) / Math.sqrt(variance + 0.5)) * (given("s.scale")[channel] ?? 0) +
          (given("s.offset")[channel] ?? 0)
        );
      }),
    );
    close(values.s, expected);
  });
});

describe("pictures", () => {
  /** Value of a channel of the picture, in 0..1; 0 outside. */
  const pixel = (bytes: readonly number[], row: number, column: number, channel: number): number =>
    row < 0 || row >= 5 || column < 0 || column >= 6
      ? 0
      : (bytes[(row * 6 + column) * 2 + channel] ?? Number.NaN) / 255;

  test.each([
    [3, 1],
    [3, 2],
    [2, 2],
    [1, 1],
    [5, 3],
  ])("convolution of size %i and stride %i is cross-correlation with zeros around", (size, stride) => {
    const { values, given, byName, shapes } = numbers(
      `stream s = picture -> conv(3, size: ${size}, stride: ${stride})`,
    );
    const kernel = byName.matrix("s.kernel");
    const before = Math.floor((size - 1) / 2);
    const [down, across] = [Math.ceil(5 / stride), Math.ceil(6 / stride)];
    expect(shapes.s).toBe(`grid[${down} × ${across} × 3]`);
    const expected: number[][] = [];
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        expected.push(
          given("s.bias").map((bias, out) => {
            let sum = bias;
            for (let i = 0; i < size; i++)
              for (let j = 0; j < size; j++)
                for (let c = 0; c < 2; c++)
                  sum +=
                    pixel(given("feature/picture"), row * stride + i - before, column * stride + j - before, c) *
                    (kernel[(i * size + j) * 2 + c]?.[out] ?? Number.NaN);
            return sum;
          }),
        );
      }
    }
    close(values.s, expected);
  });

  test("patches are the pixels of each square, row by row; places are tokens", () => {
    const { values, given } = numbers(
      "modality even: image(4, 6, 2)\nstream s = even -> patches(2)\nstream t = even -> as_tokens",
    );
    const at = (row: number, column: number, channel: number): number =>
      (given("feature/even")[(row * 6 + column) * 2 + channel] ?? Number.NaN) / 255;
    const squares = [0, 2].flatMap((top) =>
      [0, 2, 4].map((left) =>
        [0, 1].flatMap((i) => [0, 1].flatMap((j) => [0, 1].map((c) => at(top + i, left + j, c)))),
      ),
    );
    close(values.s, squares);
    close(
      values.t,
      [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3, 4, 5].map((column) => [at(row, column, 0), at(row, column, 1)])),
    );
  });
});

describe("words, tokens and positions", () => {
  test("embed takes the row of each id; with_segments adds that of its segment", () => {
    const { values, given, byName } = numbers("stream s = words -> embed(3)\nstream t = s -> with_segments(words)");
    const rows = given("feature/words.ids").map((id) => byName.matrix("s.table")[id] ?? []);
    close(values.s, rows);
    close(
      values.t,
      add(
        rows,
        given("feature/words.segments").map((segment) => byName.matrix("t.embed.table")[segment] ?? []),
      ),
    );
  });

  test("positions are added: learned ones, or sin and cos of p ∕ 10000^(2i∕d)", () => {
    const { values, given, byName } = numbers("stream s = x -> positions\nstream t = x -> positions(sine)");
    const x = matrix(given("feature/x"), 4);
    close(values.s, add(x, byName.matrix("s.table")));
    const sine = x.map((_, p) =>
      [0, 1].flatMap((i) => [Math.sin(p / 10_000 ** ((2 * i) / 4)), Math.cos(p / 10_000 ** ((2 * i) / 4))]),
    );
    for (const [index, value] of add(x, sine).flat().entries()) expect(values.t?.[index]).toBeCloseTo(value, 6);
  });

  test("poolings", () => {
    const { values, given } = numbers("stream a = sum(x)\nstream b = mean(x)\nstream c = max(x)");
    const columns = [0, 1, 2, 3].map((column) => matrix(given("feature/x"), 4).map((row) => row[column] ?? Number.NaN));
    close(values.a, [columns.map((column) => column.reduce((sum, value) => sum + value, 0))]);
    close(values.b, [columns.map((column) => column.reduce((sum, value) => sum + value, 0) / 3)]);
    close(values.c, [columns.map((column) => Math.max(...column))]);
  });

  test("linear, mlp and activations", () => {
    const { values, given, byName } = numbers(
      "stream s = x -> linear(5)\nstream m = x -> mlp(6, 2)\nstream r = x -> mlp(ratio: 2, activation: relu)",
    );
    const x = matrix(given("feature/x"), 4);
    close(values.s, linear(x, "s", byName));
    close(values.m, mlp(x, "m", byName));
    close(
      values.r,
      linear(
        linear(x, "r.up", byName).map((row) => row.map((value) => Math.max(0, value))),
        "r.down",
        byName,
      ),
    );
  });
});

describe("dropout", () => {
  const dropped = (body: string, bytes: readonly number[]): readonly number[] => {
    const { run } = inspect(`${inputs}stream s = x -> ${body}`, { mode: "train", batch: 2 });
    return run({ "random/s": bytes, "feature/x": Array.from({ length: 24 }, () => 1) }).s ?? [];
  };

  test("keeps what draws at or above rate · 256, and rescales it by what is kept", () => {
    const bytes = Array.from({ length: 24 }, (_, index) => index * 11);
    expect(dropped("dropout(25%)", bytes)).toEqual(bytes.map((byte) => (byte >= 64 ? 256 / 192 : 0)));
    expect(dropped("dropout(25%, rescale: false)", bytes)).toEqual(bytes.map((byte) => (byte >= 64 ? 1 : 0)));
  });

  test("stochastic depth keeps or drops a whole row, and does not rescale", () => {
    expect(dropped("stochastic_depth(50%)", [127, 128])).toEqual([
      ...Array.from({ length: 12 }, () => 0),
      ...Array.from({ length: 12 }, () => 1),
    ]);
  });

  test("is not there in evaluation, nor at rate 0; at rate 1 nothing is left", () => {
    expect(inspect(`${inputs}stream s = x -> dropout(50%)`).graph.inputs.map(({ name }) => name)).toEqual([
      "feature/x",
    ]);
    expect(
      inspect(`${inputs}stream s = x -> dropout(0%)`, { mode: "train" }).graph.inputs.map(({ name }) => name),
    ).toEqual(["feature/x"]);
    expect(
      dropped(
        "dropout(100%)",
        Array.from({ length: 24 }, () => 255),
      ),
    ).toEqual(Array.from({ length: 24 }, () => 0));
  });

  test("draws anew at every place that reaches it, and at each under a name of its own", () => {
    const { graph } = inspect(
      `${inputs}layer d = dropout(50%)\nstream s = x -> d -> d\nstream t = x -> repeat(2) { it -> dropout(50%) }`,
      { mode: "train" },
    );
    expect(graph.inputs.filter(({ role }) => role.kind === "random").map(({ name }) => name)).toEqual([
      "random/d",
      "random/d#2",
      "random/t.0",
      "random/t.1",
    ]);
  });

  test("the stochastic depth of a transformer grows from 0 to its rate", () => {
    const { graph } = inspect(
      `${inputs}stream s = x -> transformer(layers: 3, heads: 1, dropout: 0%, stochastic_depth: 50%)`,
      { mode: "train" },
    );
    const sites = graph.inputs.filter(({ role }) => role.kind === "random");
    expect(sites.map(({ name }) => name.split(".")[1])).toEqual(["1", "1", "2", "2"]);
    expect(sites.every(({ value }) => value.shape.join() === "2,1,1")).toBe(true);
  });
});
