import { describe, expect, test } from "vitest";
import { complaints, evaluate, forwardOf, inspect, sound } from "./harness.ts";
import { type Given } from "./harness.ts";

const close = (actual: readonly number[] | undefined, expected: readonly number[] | undefined): void => {
  expect(actual?.length).toBe(expected?.length);
  expect(actual?.length).toBeGreaterThan(0);
  for (const [index, value] of (actual ?? []).entries()) expect(value).toBeCloseTo(expected?.[index] ?? Number.NaN, 9);
};

/** A task on a picture, words and numbers, over a memory of what there is. */
const model = (uses: string, fusion: string, answer: string): string => `model absent
modality photo: image(4, 4, 1)
modality words: text(max_length: 3, tokenizer: characters(20))
modality numbers: tensor(2, 4)
stream seen = photo -> patches(2) -> linear(4) -> with_cls -> positions -> encoder_layer(heads: 2)
stream read = words -> embed(4) -> with_cls -> positions(sine) -> encoder_layer(heads: 2)
stream counted = numbers -> norm -> encoder_layer(heads: 2)
${fusion}
task t { uses: [${uses}]  ${answer}  target: category("c", classes: 3) }
`;

const fusions: { readonly [name: string]: readonly [string, string] } = {
  "one encoder over all tokens": [
    "stream memory = concat(optional seen, optional read, optional counted) -> encoder_layer(heads: 2)",
    "from: mean(memory)  head: linear(3)",
  ],
  "attention to all tokens": [
    "stream memory = concat(optional seen, optional read, optional counted)\nstream asked = repeated(learned(2, 4)) -> decoder(memory, layers: 1, heads: 2)",
    "from: asked.first  head: linear(3)",
  ],
  "largest values": [
    "stream memory = concat(optional seen, optional read, optional counted)",
    "from: max(memory)  head: linear(3)",
  ],
  "attention pooling": [
    "stream memory = concat(optional seen, optional read, optional counted)",
    "from: attention_pool(memory)  head: linear(3)",
  ],
  "average of vectors": [
    "stream memory = average(optional seen.cls, optional read.cls, optional mean(counted))",
    "from: memory  head: linear(3)",
  ],
};
const members = (uses: string): string =>
  `from: [${uses
    .split(", ")
    .map(
      (name) =>
        `${name.includes("photo") ? "mean(met.seen)" : name.includes("words") ? "met.read.cls" : "mean(met.counted)"} -> classify`,
    )
    .join(", ")}]  head: ensemble`;
const bottlenecks = (update: string): string =>
  `layer classify = linear(3)\nfusion met = bottleneck(optional seen, optional read, optional counted) { bottlenecks: 2  layers: 2  heads: 2  update: ${update} }`;

const gone: { readonly [modality: string]: Given } = {
  photo: {
    "feature/photo.present": [1, 0],
    "feature/photo": [...Array.from({ length: 16 }, (_, index) => 9 * index), ...Array.from({ length: 16 }, () => 0)],
  },
  words: {
    "feature/words.present": [1, 0],
    "feature/words.ids": [3, 4, 5, 0, 0, 0],
    "feature/words.mask": [1, 1, 0, 0, 0, 0],
  },
  numbers: { "feature/numbers.present": [1, 0], "feature/numbers": [1, 2, 3, 5, 8, 6, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0] },
};

describe("a row that lacks an optional modality is predicted as by a specification without it, and other rows as with it", () => {
  const all = ["photo", "words", "numbers"];
  const cases = [
    ...Object.entries(fusions).map(([name, [fusion, answer]]) => [name, fusion, () => answer] as const),
    ...["symmetric", "sequential"].map((update) => [`${update} bottlenecks`, bottlenecks(update), members] as const),
  ];
  describe.each(cases)("%s", (_, fusion, answer) => {
    test.each(all)("without %s", (missing) => {
      const rest = all.filter((name) => name !== missing);
      const given = Object.assign(
        {},
        ...rest.map((name) => ({ ...gone[name], [`feature/${name}.present`]: [1, 1] })),
        gone[missing],
      ) as Given;
      const logits = (uses: string): readonly number[] | undefined => {
        const program = sound(model(uses, fusion, answer(uses)).replaceAll(/modality (\w+).*\n/gu, (line) => line));
        return evaluate(forwardOf(program).graph, given).get("prediction/logits");
      };
      const own = logits(all.map((name) => (name === missing ? `optional ${name}` : name)).join(", "));
      close(own?.slice(0, 3), logits(all.join(", "))?.slice(0, 3));
      close(own?.slice(3), logits(rest.join(", "))?.slice(3));
    });
  });

  test("and its members have no loss of their own in training", () => {
    const program = (uses: string) => sound(model(uses, bottlenecks("symmetric"), members(uses)));
    const loss = (uses: string, given: Given): readonly number[] | undefined =>
      evaluate(forwardOf(program(uses), { mode: "train", batch: 1 }).graph, {
        ...given,
        row_weight: [1],
        "feature/t.target": [1],
      }).get("loss");
    const last = (given: Given | undefined): Given =>
      Object.fromEntries(
        Object.entries(given ?? {}).map(([name, data]) => [name, Array.from(data).slice(data.length / 2)]),
      );
    const first = (given: Given | undefined): Given =>
      Object.fromEntries(
        Object.entries(given ?? {}).map(([name, data]) => [name, Array.from(data).slice(0, data.length / 2)]),
      );
    const kept: Given = { ...first(gone.words), ...first(gone.numbers) };
    const undropped: Given = Object.fromEntries(
      forwardOf(program("optional photo, words, numbers"), { mode: "train", batch: 1 })
        .graph.inputs.filter(({ name }) => name.startsWith("random/"))
        .map(({ name, value }) => [name, Array.from({ length: value.shape.reduce((a, b) => a * b, 1) }, () => 255)]),
    );
    close(
      loss("optional photo, words, numbers", { ...kept, ...last(gone.photo), ...undropped }),
      loss("words, numbers", { ...kept, ...undropped }),
    );
  });
});

describe("what a task does not use", () => {
  test("is absent through pipelines, members and arithmetic, and an error where it is used without `optional`", () => {
    const using = (from: string): readonly string[] =>
      complaints(
        model(
          "words",
          `stream a = seen -> norm\nfusion both = concat(optional a, optional read)`,
          `from: ${from}  head: linear(3)`,
        ),
      ).filter((name) => !name.startsWith("unused"));
    for (const absent of [
      "a.cls",
      "mean(a)",
      "mean(a) + mean(read)",
      "mean(concat(a, read))",
      "mean(seen -> linear(4))",
      "mean(concat(optional a))",
    ])
      expect(using(absent), absent).toEqual(["absent_stream"]);
    for (const present of [
      "mean(both)",
      "read.cls",
      "mean(concat(optional seen, read))",
      "mean(first_present(optional a, read))",
    ])
      expect(using(present), present).toEqual([]);
  });

  test("is what `from` reaches without `optional`, where `uses` is not said", () => {
    const { specification } = sound(`model m
modality a: tensor(4)
modality b: tensor(4)
stream s = concat(optional b, a -> norm)
task t { from: s  head: linear(1)  target: number("y") }
task u { from: b  head: linear(1)  target: number("y") }`);
    expect(specification.tasks.t?.inputs).toEqual([{ modality: "a", optional: false }]);
    expect(specification.tasks.u?.inputs).toEqual([{ modality: "b", optional: false }]);
  });

  test("makes no weight and no input", () => {
    const { graph, weights } = forwardOf(
      sound(
        model(
          "words",
          'stream memory = concat(optional seen, optional read, optional counted)\ntask rest { uses: [photo, numbers]  from: mean(memory)  head: linear(1)  target: number("y") }',
          "from: mean(memory)  head: linear(3)",
        ),
      ),
    );
    expect(
      weights.map(({ name }) => name).filter((name) => !name.startsWith("read.") && !name.startsWith("task.t.")),
    ).toEqual([]);
    expect(graph.inputs.filter(({ role }) => role.kind === "feature").map(({ name }) => name)).toEqual([
      "feature/words.ids",
      "feature/words.mask",
      "feature/t.target",
    ]);
  });
});

describe("padding", () => {
  const heads = [
    "mean(read) -> linear(2)",
    "max(read) -> linear(2)",
    "sum(read) -> linear(2)",
    "attention_pool(read) -> linear(2)",
    "read.cls -> linear(2)",
    "mean(cross_attend(repeated(learned(2, 4)), read)) -> linear(2)",
    "mean(decoder(repeated(learned(2, 4)), read, layers: 1, heads: 2)) -> linear(2)",
  ];
  const text = (most: number, head: string): string => `model padded
modality words: text(max_length: ${most}, tokenizer: characters(20), segments: 2)
stream read = words -> embed(4) -> with_segments(words) -> with_cls -> positions(sine) -> transformer(layers: 2, heads: 2, norm: post)
stream s = ${head}
`;
  const padded = (most: number): Given => {
    const pad = (rows: readonly (readonly number[])[], filler: number): readonly number[] =>
      rows.flatMap((row) => [...row, ...Array.from({ length: most - row.length }, () => filler)]);
    return {
      "feature/words.ids": pad(
        [
          [3, 7, 9, 4],
          [5, 6],
        ],
        1,
      ),
      "feature/words.mask": pad(
        [
          [1, 1, 1, 1],
          [1, 1],
        ],
        0,
      ),
      "feature/words.segments": pad(
        [
          [0, 0, 1, 1],
          [0, 1],
        ],
        1,
      ),
    };
  };

  test.each(heads)("changes nothing: %s", (head) => {
    close(inspect(text(9, head)).run(padded(9)).s, inspect(text(6, head)).run(padded(6)).s);
  });

  test.each(heads.filter((head) => !head.includes(".cls")))("of a text that is empty gives a number: %s", (head) => {
    const bare = text(6, head).replace(" -> with_cls", "");
    const { s } = inspect(bare).run({ ...padded(6), "feature/words.mask": Array.from({ length: 12 }, () => 0) });
    expect(s?.every(Number.isFinite)).toBe(true);
    expect(Math.max(...(s ?? []).map(Math.abs))).toBeLessThan(100);
  });

  test("of everything makes pooling and attention 0", () => {
    const { run } = inspect(`${text(3, "mean(read) -> linear(2)").replace(" -> with_cls", "")}
    stream a = mean(read)\nstream b = sum(read)\nstream c = max(read)\nstream d = attend(read, read, read, heads: 2)`);
    const { a, b, c, d } = run({ "feature/words.mask": [0, 0, 0, 0, 0, 0] });
    for (const value of [a, b, c, d])
      expect(
        value?.every((each) => each === 0),
        String(value),
      ).toBe(true);
  });
});
