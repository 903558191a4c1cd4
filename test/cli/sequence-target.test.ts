import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tensor } from "onnxruntime-node";
import { beforeAll, expect, test } from "vitest";
import { decodeByManifest } from "../compiled/decode.ts";
import { type MeasuredValue, type TrainedModel, load } from "../../runtime/index.ts";
import { folderWith, mtl } from "./run.ts";

const model = `model mirror
modality word: text(max_length: 5, tokenizer: characters(12))
modality turned: text(max_length: 5, tokenizer: characters(12), separators: after)
stream read = word -> embed(32) -> positions -> transformer(layers: 1, heads: 2, dropout: 0%)
task turn {
  from: turned -> embed(32) -> positions -> decoder(read, layers: 1, heads: 2, dropout: 0%, causal: true)
  head: linear(12)
  target: sequence(turned)
  metrics: [accuracy, perplexity, exact_match]
}
dataset words { path: "words.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [turn] }
stage fit { optimizer: adamw(rate: 0.01)  batch: 32  steps: 240 }
`;

const letters = ["a", "b", "c", "d", "e"];
const words = letters.flatMap((one) =>
  letters.flatMap((two) => letters.flatMap((three) => [one + two, one + two + three])),
);
const turned = (word: string): string => word.split("").toReversed().join("");
const rows = [...new Set(words)].map((word) => ({ word, turned: turned(word) }));

let cwd = "";
const run = async (...argv: readonly string[]) => {
  const { code, stdout, stderr } = await mtl(argv, { cwd });
  expect([code, stderr.includes("error")], `${argv.join(" ")}: ${stdout}${stderr}`).toEqual([0, false]);
  return stdout;
};
const using = async <Result>(action: (loaded: TrainedModel) => Promise<Result>): Promise<Result> => {
  const loaded = await load(join(cwd, "runs/mirror-0001"));
  try {
    return await action(loaded);
  } finally {
    await loaded.dispose();
  }
};

beforeAll(async () => {
  cwd = folderWith({ "mirror.mtl": model, "words.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  await run("train", "mirror.mtl");
}, 60_000);

test("is checked, drawn, costed and expanded", async () => {
  expect(await run("check", "mirror.mtl", "--cost")).toContain("task turn");
  expect(await run("graph", "mirror.mtl", "--format", "mermaid")).toContain("the tokens of turned");
  expect(await run("expand", "mirror.mtl")).toContain("target: sequence(modality: turned, decode: greedy");
});

test("has synthetic data that trains, and passes a smoke test", async () => {
  await run("data", "synth", "mirror.mtl", "--rows", "30", "--out", "made");
  await run("smoke", "mirror.mtl");
  await run("train", "made/mirror.mtl", "--steps", "2");
});

test.each([
  ["without a causal mask", ", causal: true)", ")"],
  ["with a mask that is one token late", "causal: true)", "causal: true) -> shifted_back"],
])("is refused %s, by training and by a smoke test", async (_, from, to) => {
  const block =
    "block shifted_back(x: tokens): tokens { return concat(slice(x, axis: 0, start: 1, size: length(x) - 1), slice(x, axis: 0, start: 0, size: 1)) -> like(x) }\n";
  writeFileSync(join(cwd, "seer.mtl"), model.replace("model mirror\n", `model seer\n${block}`).replace(from, to));
  for (const verb of ["train", "smoke"]) {
    const { code, stderr } = await mtl([verb, "seer.mtl"], { cwd });
    expect(stderr).toMatch(/The task "turn" looks ahead: its scores for token 1 of turned change/u);
    expect(code).toBe(3);
  }
});

test("is learnt: words that training has not seen are written right, and the baseline is the most frequent word", () => {
  const { values } = JSON.parse(readFileSync(join(cwd, "runs/mirror-0001/eval/test.json"), "utf8")) as {
    readonly values: readonly MeasuredValue[];
  };
  const valueOf = (name: string) => values.find((each) => each.name === name);
  expect(valueOf("exact_match")?.value).toBeGreaterThan(0.9);
  expect(valueOf("exact_match")?.floor).toBeLessThan(0.1);
  expect(valueOf("accuracy")?.value).toBeGreaterThan(0.95);
  expect(valueOf("perplexity")?.value).toBeLessThan(1.3);
});

test("is predicted from the inputs alone: from the command line, from a table into columns, and by the API", async () => {
  const prediction = await using((loaded) => loaded.predict({ word: "bad" }));
  expect(prediction).toMatchObject({ kind: "sequence", text: "dab" });
  expect(JSON.parse(await run("predict", "runs/mirror-0001", "--input", "word=bad"))).toMatchObject({ text: "dab" });
  writeFileSync(join(cwd, "some.csv"), "word,turned\nace,\nbe,eb\n");
  const table = await run("predict", "runs/mirror-0001", "some.csv", "--format", "csv");
  expect(table).toMatch(/^turned,.*,turn\.text,turn\.probability\r?\n/u);
  expect(table.split(/\r?\n/u).map((line) => line.split(",")[4])).toEqual(["turn.text", "eca", "eb", undefined]);
});

test("gives many examples the predictions of each alone", async () => {
  await using(async (loaded) => {
    const examples = rows.slice(0, 40).map(({ word }) => ({ word }));
    const together = await loaded.predictAll(examples);
    for (const index of [0, 7, 39]) {
      const alone = await loaded.predict(examples[index] ?? {});
      const found = together[index];
      if (alone.kind !== "sequence" || found?.kind !== "sequence") throw new Error("no text is predicted");
      expect(found.text).toBe(alone.text);
      expect(found.probability).toBeCloseTo(alone.probability, 5);
    }
  });
});

test("is decoded as one asks, from the command line and by the API", async () => {
  const best = JSON.parse(
    await run("predict", "runs/mirror-0001", "--input", "word=bad", "--decode", "beam(width: 3)"),
  );
  expect(best).toMatchObject({ text: "dab" });
  await using(async (loaded) => {
    const example = { word: "bad" };
    const { kind: _, ...known } = await loaded.predict(example, { decode: { kind: "beam", width: 3 } });
    expect(best).toMatchObject(known);
    const hot = { kind: "sample", temperature: 50, seed: 4 } as const;
    const drawn = await loaded.predict(example, { decode: hot });
    expect(drawn).toEqual(await loaded.predict(example, { decode: "sample(temperature: 50, seed: 4)" }));
    expect(drawn).not.toMatchObject({ text: "dab" });
    for (const kind of ["greedy", "beam"] as const) {
      const given = await loaded.predict(example, { decode: { kind, among: ["ab", "eeee", "dabc"] } });
      expect(["ab", "eeee", "dabc"]).toContain(given.kind === "sequence" ? given.text : "");
    }
    for (const [decode, message] of [
      ["bream", /cannot be "bream"/u],
      ["beam(width: 0)", /within 1\.\.64/u],
      [{ kind: "greedy", among: ["zebra"] }, /has 5 tokens|vocabulary of turned lacks/u],
      [{ kind: "greedy", among: [] }, /No text may be generated/u],
    ] as const)
      await expect(loaded.predict(example, { decode })).rejects.toThrow(message);
  });
});

test("evaluates another decoding, and leaves the results of the run's own as they are", async () => {
  const file = join(cwd, "runs/mirror-0001/eval/test.json");
  const before = readFileSync(file, "utf8");
  const drawn = JSON.parse(
    await run("eval", "runs/mirror-0001", "--json", "--decode", "sample(temperature: 50)"),
  ) as readonly MeasuredValue[];
  const exact = drawn.find(({ name }) => name === "exact_match")?.value;
  expect(exact).toBeLessThan(0.2);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("gives the parts of a text as they are generated, while others are predicted", async () => {
  await using(async (loaded) => {
    const parts = loaded.generate({ word: "bad" });
    const first = await parts.next();
    const meanwhile = loaded.predict({ word: "ace" });
    const seen = [first.value];
    let step = await parts.next();
    for (; step.done !== true; step = await parts.next()) seen.push(step.value);
    expect(seen).toEqual(["d", "a", "b"]);
    expect(step.value).toEqual(await loaded.predict({ word: "bad" }));
    expect(await meanwhile).toMatchObject({ text: "eca" });
    for await (const part of loaded.generate({ word: "be" })) {
      expect(part).toBe("e");
      break;
    }
    expect(await loaded.predict({ word: "be" })).toMatchObject({ text: "eb" });
  });
});

test("is compiled to graphs that generate the same texts by the manifest and ONNX Runtime alone", async () => {
  await run(
    "compile",
    "runs/mirror-0001",
    "--format",
    "onnx",
    "--output",
    "compiled",
    "--graphs",
    "decode_start",
    "decode_next",
  );
  const { tokenizers } = JSON.parse(readFileSync(join(cwd, "compiled/preprocessing.json"), "utf8")) as {
    readonly tokenizers: {
      readonly [modality: string]: { readonly model: { readonly vocab: Record<string, number> } };
    };
  };
  const idsOf = (modality: string) => new Map(Object.entries(tokenizers[modality]?.model.vocab ?? {}));
  const [letterIds, saidIds] = [idsOf("word"), idsOf("turned")];
  for (const word of ["bad", "ace", "de"]) {
    const ids = new Int32Array(5);
    ids.set(word.split("").map((letter) => letterIds.get(letter) ?? 0));
    const inputs = {
      "feature/word.ids": new Tensor("int32", ids, [1, 5]),
      "feature/word.mask": new Tensor(
        "uint8",
        Uint8Array.from(ids, (id) => Number(id > 0)),
        [1, 5],
      ),
    };
    const generated = await decodeByManifest(join(cwd, "compiled"), "turn", inputs);
    const letterOf = new Map([...saidIds].map(([letter, id]) => [id, letter]));
    const expected = await using((loaded) => loaded.predict({ word }));
    expect(expected).toMatchObject({ text: generated.map((id) => letterOf.get(id)).join("") });
  }
});

test("is evaluated and shown with its texts", async () => {
  expect(await run("eval", "runs/mirror-0001", "--split", "test")).toContain("exact_match");
  const { worst } = JSON.parse(readFileSync(join(cwd, "runs/mirror-0001/evaluation/turn-test.json"), "utf8")) as {
    readonly worst: readonly {
      readonly target: unknown;
      readonly inputs: readonly { readonly texts: readonly string[] }[];
    }[];
  };
  const [first] = worst;
  expect(first?.target).toBe(turned(first?.inputs[0]?.texts[0] ?? ""));
});
