import { describe, expect, test } from "vitest";
import { logitsName } from "../../compiler/analysis/decoding/kept-values.ts";
import type { TextAxis } from "../../compiler/analysis/decoding/later-tokens.ts";
import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { type Given, evaluate, sound } from "../elaborate/harness.ts";
import { integers } from "../graph/random-data.ts";

const length = 5;
const vocabulary = 8;
const batch = 2;

const specificationOf = (model: string, head = `linear(${vocabulary})`): string => `model m
modality seen: tensor(3, 4)
modality read: text(max_length: 4, tokenizer: characters(9))
modality said: text(max_length: ${length}, tokenizer: characters(${vocabulary}), separators: after)
${model}
task t { from: spoken  head: ${head}  target: sequence(said) }
dataset d { path: "d.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [t] }
stage fit { optimizer: adamw(rate: 0.01)  batch: 2  steps: 10 }
`;

const words = "said -> embed(8) -> positions";
const memory = "stream read_tokens = read -> embed(8) -> positions -> transformer(layers: 1, heads: 2)\n";
const picture = "stream looked = seen -> linear(8)\n";
const behind = `block behind(x: tokens, picture: tokens): tokens {
  return concat([picture, x]) -> transformer(layers: 2, heads: 2, causal: true) -> last_tokens(count: length(x)) -> like(x)
}
`;
const recurrent = `block recurrent(x: tokens, first: vector): tokens {
  layer advance = gru_cell
  let (last, states) = repeat(length(x), share: all) as i from (state = first, states = []) {
    let next = advance(reshape(slice(x, start: i, size: 1), [width(x)]), state)
    yield (next, append(states, reshape(next, [1, width(x)])))
  }
  return concat(states) -> like(x)
}
`;

const lagging = `block lagging(x: tokens): tokens {
  layer advance = gru_cell
  let (last, before, states) = repeat(length(x), share: all) as i from (state = learned(width(x)), before = 0 * learned(width(x)), states = []) {
    let next = advance(reshape(slice(x, start: i, size: 1), [width(x)]), state + 0.5 * before)
    yield (next, state, append(states, reshape(next, [1, width(x)])))
  }
  return concat(states) -> like(x)
}
`;
const differing = `block differing(x: tokens): tokens {
  let states = repeat(length(x)) as i from (states = []) {
    append(states, slice(x, start: i, size: 1) -> linear(width(x)))
  }
  return concat(states) -> like(x)
}
`;

const decoders: Readonly<Record<string, string>> = {
  "with attention to a memory": `${memory}stream spoken = ${words} -> decoder(read_tokens, layers: 2, heads: 2, causal: true)`,
  "with a norm after each layer": `${memory}stream spoken = ${words} -> decoder(read_tokens, layers: 2, heads: 2, norm: post, causal: true)`,
  "without a memory": `stream spoken = ${words} -> transformer(layers: 2, heads: 2, causal: true)`,
  "behind the tokens of a picture": `${behind}${picture}stream spoken = ${words} -> behind(looked)`,
  "with positions as sines": `${memory}stream spoken = said -> embed(8) -> positions(sine) -> decoder(read_tokens, layers: 1, heads: 4, causal: true)`,
  "of T5": `${memory}stream spoken = said -> embed(8) -> t5_decoder(read_tokens, layers: 2, heads: 2)`,
  "whose feed-forward weights are gated by the inputs": `${memory}block gated(x: tokens, condition: vector): tokens { return grid_ffn(x, gates: grid_gates(condition: condition, rows: 2, columns: 2)) }
stream spoken = said -> embed(8) -> t5_decoder(read_tokens, layers: 1, heads: 2, ffn: gated(condition: read_tokens.first))`,
  "with a relative bias": `block relative(x: tokens): tokens { return transformer(x, layers: 2, heads: 2, bias: relative_bias(length(x), heads: 2, direction: before), causal: true, normalise: rms_norm) }
stream spoken = said -> embed(8) -> relative`,
  "that is recurrent, with a memory behind": `${recurrent}${memory}${picture}stream spoken = ${words} -> recurrent(looked -> mean) -> decoder(read_tokens, layers: 1, heads: 2, causal: true)`,
  "that is recurrent, with two states that begin with weights": `${lagging}stream spoken = ${words} -> lagging`,
  "with a state that depends on the inputs": `${picture}stream spoken = ${words} -> film(z: looked -> mean) -> transformer(layers: 1, heads: 2, causal: true)`,
};

/** The decoding graphs of a model, and the graph that reads the whole text. */
function graphsOf(model: string, head?: string) {
  const plan = sound(specificationOf(model, head), { unused: "allowed" }).plan("fit");
  return { whole: plan.predict("t", { batch }), ...plan.decoding("t", { batch }) };
}

const ids = integers(5, [batch, length], { below: vocabulary });

/** The text up to a position, as a graph of the whole text reads it. */
const textUpTo = (count: number): Given => ({
  "feature/said.ids": ids.map((id, index) => (index % length < count ? id : 0)),
  "feature/said.mask": ids.map((_, index) => (index % length < count ? 1 : 0)),
});

const logitsAt = (outputs: ReadonlyMap<string, readonly number[]>, position: number): readonly number[] => {
  const logits = outputs.get(logitsName) ?? [];
  const tokens = logits.length / (batch * vocabulary);
  return Array.from({ length: batch * vocabulary }, (_, index) => {
    const [row, token] = [Math.floor(index / vocabulary), index % vocabulary];
    return logits[(row * tokens + (tokens === 1 ? 0 : position)) * vocabulary + token] ?? Number.NaN;
  });
};

interface Newest extends TextAxis {
  readonly shape: Shape;
  readonly step: number;
}

/** A value with the part of the newest token at its index. */
function withNewest(
  all: readonly number[],
  newest: readonly number[],
  { shape, axis, offset, step }: Newest,
): readonly number[] {
  const [size = 1, inner] = [shape[axis], sizeOf(shape.slice(axis + 1))];
  return all.map((value, index) => {
    const [outer, token] = [Math.floor(index / inner / size), Math.floor(index / inner) % size];
    return token === step + offset ? (newest[outer * inner + (index % inner)] ?? Number.NaN) : value;
  });
}

const noText: Given = { "feature/said.ids": ids.map(() => 0), "feature/said.mask": ids.map(() => 0) };

/** The logits after each token. */
function decoded({ start, next, kept, wholeText }: ReturnType<typeof graphsOf>): readonly (readonly number[])[] {
  const once = start ? evaluate(start, noText) : new Map<string, readonly number[]>();
  let values: Given = Object.fromEntries(
    kept.map(({ feature, shape }) => [
      `feature/${feature}`,
      once.get(`stream/${feature}`) ?? Array.from({ length: sizeOf(shape) }, () => 0),
    ]),
  );
  return Array.from({ length }, (_, step) => {
    const newestIds = ids.filter((_id, index) => index % length === step);
    const text = wholeText === undefined ? { "feature/said.ids": newestIds } : textUpTo(step + 1);
    const outputs = evaluate(next, { ...values, ...text, "scalar/position": [step] });
    for (const { feature, shape, newest, again } of kept) {
      const [all = [], given = []] = [values[`feature/${feature}`], outputs.get(`stream/${feature}`)];
      if (again) values = { ...values, [`feature/${feature}`]: given };
      if (newest)
        values = { ...values, [`feature/${feature}`]: withNewest(Array.from(all), given, { ...newest, shape, step }) };
    }
    return logitsAt(outputs, step);
  });
}

describe.each(Object.entries(decoders))("a decoder %s", (_, model) => {
  const graphs = graphsOf(model);

  test("reads one token at a time", () => {
    expect(graphs.wholeText).toBeUndefined();
    expect(verify(graphs.next)).toEqual([]);
    const text = graphs.next.inputs.find(({ name }) => name === "feature/said.ids");
    expect(text?.value.shape).toEqual([batch, 1]);
    expect(
      graphs.next.inputs.map(({ name }) => name).filter((name) => /feature\/(seen|read\.ids)/u.test(name)),
    ).toEqual([]);
  });

  test("gives the scores of the whole text after each token", () => {
    const all = evaluate(graphs.whole, textUpTo(length));
    for (const [step, logits] of decoded(graphs).entries()) {
      const expected = logitsAt(all, step);
      for (const [index, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    }
  });
});

describe.each([
  ["whose steps differ", `${differing}stream spoken = ${words} -> differing`, "is not the same in the steps of tokens"],
  [
    "that counts all tokens",
    `${memory}block counting(x: tokens): tokens { return x * reduce_sum(mask(x), axis: 0) }
stream spoken = ${words} -> decoder(read_tokens, layers: 1, heads: 2, causal: true) -> counting`,
    "`reduce_sum` reads tokens that are behind another",
  ],
  [
    "whose mask is not known when it is compiled",
    `${memory}block biased(x: tokens): tokens { return transformer(x, layers: 1, heads: 2, bias: learned(${length}, ${length})) }
stream spoken = ${words} -> biased`,
    "`softmax` reads tokens that are behind another",
  ],
])("a decoder %s", (_, model, reason) => {
  const graphs = graphsOf(model);

  test("reads all tokens of the text in each step, and says why", () => {
    expect(graphs.wholeText).toContain(reason);
    expect(verify(graphs.next)).toEqual([]);
  });

  test("gives the scores of the whole graph, and computes once what does not depend on the text", () => {
    for (const [step, logits] of decoded(graphs).entries()) {
      const expected = logitsAt(evaluate(graphs.whole, textUpTo(step + 1)), step);
      for (const [index, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    }
    const inputs = graphs.next.inputs.map(({ name }) => name);
    expect(inputs.filter((name) => /feature\/(seen|read\.ids)/u.test(name))).toEqual([]);
  });
});

test("what does not depend on the text is computed once for all texts of an example", () => {
  const plan = sound(specificationOf(decoders["with attention to a memory"] ?? ""), { unused: "allowed" }).plan("fit");
  const [few, all] = [plan.decoding("t", { batch: 2, copies: 3 }), plan.decoding("t", { batch: 6 })];
  const [startOfFew, startOfAll] = [few.start, all.start];
  if (!startOfFew || !startOfAll) throw new Error("nothing is computed once");
  expect(startOfFew.inputs.find(({ name }) => name === "feature/read.ids")?.value.shape).toEqual([2, 4]);
  expect(few.next).toEqual(all.next);
  const texts = { "feature/read.ids": integers(3, [2, 4], { below: 9 }), ...textUpTo(1) };
  const repeated = Object.fromEntries(
    Object.entries(texts).map(([name, data]) => {
      const width = data.length / 2;
      return [
        name,
        Array.from(
          { length: 6 * width },
          (_, index) => data[Math.floor(index / (3 * width)) * width + (index % width)] ?? 0,
        ),
      ];
    }),
  );
  const [own, whole] = [evaluate(startOfFew, texts), evaluate(startOfAll, repeated)];
  for (const { feature, copies } of few.kept.filter((value) => !value.newest)) {
    const [value = [], expected = []] = [own.get(`stream/${feature}`), whole.get(`stream/${feature}`)];
    const width = value.length / 2;
    expect(expected.length).toBe(value.length * copies);
    const rows = Array.from({ length: expected.length }, (_, index) =>
      copies === 1 ? index : Math.floor(index / (3 * width)) * width + (index % width),
    );
    for (const [index, row] of rows.entries()) expect(expected[index]).toBeCloseTo(value[row] ?? Number.NaN, 9);
  }
});
