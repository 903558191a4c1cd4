import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StoredTensor } from "../../runtime/checkpoint/safetensors.ts";
import { inspectStream } from "../../runtime/model/inspect-stream.ts";
import { type MapRequest, mapWeights } from "../../runtime/pretrained/map-weights.ts";
import { foreignModel, rewriteWeights } from "./foreign-files.ts";

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat"];
const here = ["[PAD]", "[UNK]", "[SEP]", "[MASK]", "cat"];

const wanted: MapRequest["wanted"] = [
  { key: "read.words.table", shape: [8, 4], labels: { axis: 0, of: "modality words", here, there: vocabulary } },
  { key: "read.with_cls.cls", shape: [1, 4] },
  { key: "read.positions.table", shape: [6, 4] },
  { key: "read.with_segments.embed.table", shape: [2, 4] },
  { key: "read.encoder.0.attention.query.kernel", shape: [4, 4] },
  { key: "read.encoder.0.after_ffn.adapter.up.kernel", shape: [4, 4] },
];

const found = [
  { name: "embeddings.word_embeddings.weight", shape: [6, 4] },
  { name: "embeddings.position_embeddings.weight", shape: [9, 4] },
  { name: "embeddings.token_type_embeddings.weight", shape: [2, 4] },
  { name: "encoder.layer.0.attention.self.query.weight", shape: [4, 4] },
];

const named = (beginning: string): MapRequest["found"] =>
  found.map(({ name, shape }) => ({ name: `${beginning}${name}`, shape }));

const mapped = (request: Partial<MapRequest> = {}) =>
  mapWeights({ wanted, found: named("bert."), start: { path: "model.safetensors", as: "bert" }, ...request });

describe("the weights of a map", () => {
  test("are found under the names of the model and of the file, wherever both begin", () => {
    const { sources, lacking } = mapped();
    expect(Object.fromEntries(sources)).toEqual({
      "read.words.table": { from: "bert.embeddings.word_embeddings.weight", changes: [] },
      "read.with_cls.cls": {
        from: "bert.embeddings.word_embeddings.weight",
        changes: [{ kind: "rows", from: 2, count: 1 }],
      },
      "read.positions.table": {
        from: "bert.embeddings.position_embeddings.weight",
        changes: [{ kind: "rows", from: 0, count: 6 }],
      },
      "read.with_segments.embed.table": { from: "bert.embeddings.token_type_embeddings.weight", changes: [] },
      "read.encoder.0.attention.query.kernel": {
        from: "bert.encoder.layer.0.attention.self.query.weight",
        changes: [{ kind: "transposed" }],
      },
    });
    expect(lacking.size).toBe(0);
  });

  test.each([
    ["that the file lacks", { found: named("").slice(0, 3) }, /has no network with the names of bert/],
    [
      "of two networks",
      { found: [...named("query."), ...named("passage.")] },
      /several networks .*: query, passage\.$/,
    ],
  ] as const)("%s are an error", (_, request, message) => {
    expect(() => mapped(request)).toThrow(message);
  });

  test.each(["passage.", "passage.bert_model.", "passage.a.b."])(
    "of one of two networks are those that `within` names: the names of one begin with %s",
    (beginning) => {
      const two = [...named("query."), ...named(beginning)];
      const start = { path: "model.safetensors", as: "bert", within: "passage" };
      const { sources } = mapped({ found: two, start });
      expect([...sources.values()].every(({ from }) => from.startsWith(beginning))).toBe(true);
    },
  );

  test("are found beside a table that `rename` names, such as that of a shared layer", () => {
    const shared = wanted.map((weight) =>
      weight.key === "read.words.table" ? { ...weight, key: "pieces.table" } : weight,
    );
    const start = { path: "model.safetensors", as: "bert" };
    expect(mapped({ wanted: shared, start }).sources.size).toBe(0);
    const rename = [["bert.embeddings.word_embeddings.weight", "pieces.table"]] as const;
    const { sources } = mapped({ wanted: shared, start: { ...start, rename } });
    expect([...sources.keys()]).toEqual(wanted.slice(1, 5).map(({ key }) => key));
    expect(sources.get("read.with_cls.cls")?.changes).toEqual([{ kind: "rows", from: 2, count: 1 }]);
  });

  test("are only those of networks of which `take` takes something", () => {
    const second = wanted.map((weight) => ({ ...weight, key: weight.key.replace("read.", "student."), shape: [3, 3] }));
    const take = { include: ["read"], except: [] };
    const { lacking } = mapped({
      wanted: [...wanted, ...second],
      start: { path: "model.safetensors", as: "bert", take },
    });
    expect([...lacking]).toEqual([]);
  });

  const replaced = (key: string, change: object): MapRequest["wanted"] =>
    wanted.map((weight) => (weight.key === key ? { ...weight, ...change } : weight));
  const labels = (there: readonly string[]) => ({ labels: { axis: 0, of: "modality words", here, there } });
  test.each([
    [
      "read.positions.table",
      "more positions than were trained",
      { shape: [10, 4] },
      "it is [10 × 4] here and [9 × 4] there",
    ],
    [
      "read.encoder.0.attention.query.kernel",
      "another width",
      { shape: [4, 8] },
      "it is [4 × 8] here and [4 × 4] there",
    ],
    ["read.with_cls.cls", "a vocabulary without its token", labels(here), "the vocabulary has no token [CLS]"],
    [
      "read.words.table",
      "a vocabulary of another network",
      labels([...vocabulary, "dog"]),
      "its vocabulary has 7 tokens, and the table 6 rows",
    ],
  ])("%s is lacking with %s", (key, _, change, reason) => {
    const changed = replaced("labels" in change ? "read.words.table" : key, change);
    expect(mapped({ wanted: changed }).lacking.get(key)).toBe(reason);
  });
});

test("weights that a file lacks are an error that names them, unless `take` leaves them out", async () => {
  const given = {
    name: "bert",
    files: ["vocab.txt"],
    declared: `modality words: text(max_length: 39, segments: 2, separators: after, tokenizer: word_piece(120, file: "vocab.txt"), lowercase: true)
stream context = words -> bert(layers: 2, width: 16, heads: 2)`,
    from: "context.pooled",
  };
  const withoutPooler = (tensors: ReadonlyMap<string, StoredTensor>) =>
    [...tensors].filter(([name]) => !name.includes("pooler"));
  const entry = await foreignModel({ ...given, init: "as: bert" });
  await rewriteWeights(entry, withoutPooler);
  await expect(inspectStream(entry, { stream: "context.pooled", row: 0, threads: 1 })).rejects.toMatchObject({
    message: expect.stringContaining(
      "there is no tensor bert.pooler.dense.weight. Nor does it give 1 other.",
    ) as string,
    help: expect.stringContaining('`take: all except ["context.pooler.kernel", "context.pooler.bias"]`') as string,
  });
  const without = await foreignModel({ ...given, init: 'as: bert, take: all except ["**.pooler.**"]' });
  await rewriteWeights(without, withoutPooler);
  await expect(inspectStream(without, { stream: "context.pooled", row: 0, threads: 1 })).resolves.toBeDefined();
});

test("a number of heads that config.json contradicts is an error, as the weights would fit", async () => {
  const entry = await foreignModel({
    name: "bert",
    files: ["vocab.txt"],
    declared: `modality words: text(max_length: 39, segments: 2, separators: after, tokenizer: word_piece(120, file: "vocab.txt"), lowercase: true)
stream context = words -> bert(layers: 2, width: 16, heads: 4)`,
    from: "context.pooled",
    init: "as: bert",
  });
  writeFileSync(join(dirname(entry), "config.json"), JSON.stringify({ model_type: "bert", num_attention_heads: 2 }));
  await expect(inspectStream(entry, { stream: "context.pooled", row: 0, threads: 1 })).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("has num_attention_heads 2, and context has heads 4") as string,
    help: expect.stringContaining("`heads: 2`") as string,
  });
});

describe("a file of another depth is an error that names a layer", () => {
  const resnet = (layers: string, init = "as: resnet") =>
    foreignModel({
      name: "resnet",
      files: [],
      declared: `modality photo: image(24, 24)
stream seen = photo -> resnet(layers: ${layers}, width: 4, blocks: bottleneck, normalise: frozen_batch_norm)`,
      from: "seen -> as_tokens -> mean",
      init,
    });
  const started = (entry: string) => inspectStream(entry, { stream: "seen", row: 0, threads: 1 });
  const tensor = (name: string): string => `resnet.encoder.stages.${name}.convolution.weight`;
  const goesOn = (name: string, layer: string): string =>
    `continues where the network of the model ends: it has ${name}, and the model has no ${layer}.`;

  test.each([
    ["a group with fewer layers than the file", "[2, 1, 2]", goesOn(tensor("2.layers.2.layer.0"), "seen.2.1")],
    ["fewer groups", "[2, 1]", goesOn(tensor("2.layers.0.layer.0"), "seen.2")],
    ["more layers", "[2, 3, 3]", `there is no tensor ${tensor("1.layers.1.layer.0")}.`],
  ])("%s", async (_, layers, message) => {
    await expect(started(await resnet(layers))).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining(message) as string,
    });
  });

  test("unless `take` lists what begins with the first layers", async () => {
    await expect(started(await resnet("[2, 1]", "as: resnet, take: [seen]"))).resolves.toBeDefined();
    const exceptTheStem = await resnet("[2, 1]", 'as: resnet, take: all except ["**.stem.**"]');
    await expect(started(exceptTheStem)).rejects.toMatchObject({
      message: expect.stringContaining("continues where") as string,
    });
  });
});

test("a network whose config.json says that another block computes it is an error", async () => {
  const entry = await foreignModel({
    name: "resnet",
    files: [],
    declared: `modality photo: image(24, 24)
stream seen = photo -> resnet(layers: [2, 1, 3], width: 4, blocks: bottleneck, normalise: frozen_batch_norm)`,
    from: "seen -> as_tokens -> mean",
    init: "as: resnet",
  });
  const configured = (configuration: object) => {
    writeFileSync(join(dirname(entry), "config.json"), JSON.stringify({ model_type: "resnet", ...configuration }));
    return inspectStream(entry, { stream: "seen", row: 0, threads: 1 });
  };
  await expect(configured({ hidden_act: "relu", downsample_in_bottleneck: false })).resolves.toBeDefined();
  await expect(configured({ downsample_in_bottleneck: true })).rejects.toMatchObject({
    message: expect.stringContaining(
      "has downsample_in_bottleneck true, and a network of `resnet` always has false",
    ) as string,
  });
});
