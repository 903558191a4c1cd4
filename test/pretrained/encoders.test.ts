import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type StoredTensor } from "../../runtime/checkpoint/safetensors.ts";
import { compileFile } from "../../runtime/compile.ts";
import { readVocabulary } from "../../runtime/data/tokenizers/read-vocabulary.ts";
import { inspectStream } from "../../runtime/model/inspect-stream.ts";
import { type Expected, type ForeignModel, expectedOf, foreignModel, rewriteWeights } from "./foreign-files.ts";

type Compared = { readonly [stream: string]: (expected: Expected) => readonly number[] };

interface Encoder extends Omit<ForeignModel, "name"> {
  readonly streams: Compared;
}

const hidden = ({ tokens }: Expected): readonly number[] => tokens.flat();
const pooled = (expected: Expected): readonly number[] => expected.pooled;
const scaled = (means: string, deviations: string): string =>
  `photo -> scaled_channels(means: [${means}], deviations: [${deviations}])`;
const clipScaled = scaled("0.48145466, 0.4578275, 0.40821073", "0.26862954, 0.26130258, 0.27577711");

const imageNetScaled = scaled("0.485, 0.456, 0.406", "0.229, 0.224, 0.225");

const encoders = {
  bert: {
    files: ["vocab.txt"],
    declared: `modality words: text(max_length: 39, segments: 2, separators: after, tokenizer: word_piece(120, file: "vocab.txt"), lowercase: true)
stream context = words -> bert(layers: 2, width: 16, heads: 2)`,
    from: "context.pooled",
    init: "as: bert",
    streams: { "context.tokens": hidden, "context.pooled": pooled },
  },
  roberta: {
    files: ["vocab.json", "merges.txt"],
    declared: `modality words: text(max_length: 39, segments: 2, separators: around, tokenizer: bpe(400, file: "merges.txt"))
stream context = words -> bert(layers: 2, width: 16, heads: 2, segments: same, normalise: norm(epsilon: 1e-5))`,
    from: "context.pooled",
    init: "as: roberta",
    streams: { "context.tokens": hidden, "context.pooled": pooled },
  },
  distilbert: {
    files: ["tokenizer.json"],
    declared: `modality words: text(max_length: 39, segments: 2, separators: after, tokenizer: word_piece(120, file: "tokenizer.json"))
stream context = words -> bert(layers: 2, width: 16, heads: 2, segments: ignored)`,
    from: "context.tokens.cls",
    init: "as: distilbert",
    streams: { "context.tokens": hidden },
  },
  gpt2: {
    files: ["vocab.json", "merges.txt"],
    declared: `modality words: text(max_length: 39, tokenizer: bpe(400, file: "merges.txt"))
stream context = words -> gpt2(layers: 2, width: 16, heads: 2)`,
    from: "context -> last_token",
    init: "as: gpt2",
    streams: { context: hidden },
  },
  t5: {
    files: ["vocab.json", "merges.txt"],
    declared: `modality words: text(max_length: 39, separators: after, tokenizer: bpe(400, file: "merges.txt"))
stream context = words -> t5(layers: 2, width: 16, heads: 2, attention: t5_attention(key_width: 12), buckets: 8, farthest: 12)`,
    from: "context -> last_token",
    init: "as: t5",
    streams: { context: hidden },
  },
  vit: {
    files: [],
    declared: `modality photo: image(16, 16)
stream seen = ${scaled("0.5, 0.5, 0.5", "0.5, 0.5, 0.5")} -> vit(layers: 2, width: 16, heads: 2, patch: 8)`,
    from: "seen.pooled",
    init: "as: vit",
    streams: { "seen.tokens": hidden, "seen.pooled": pooled },
  },
  resnet: {
    files: [],
    declared: `modality photo: image(24, 24)
stream seen = ${imageNetScaled} -> resnet(layers: [2, 1, 3], width: 4, blocks: bottleneck, normalise: frozen_batch_norm)
stream whole = seen -> as_tokens -> mean`,
    from: "whole",
    init: "as: resnet",
    streams: { seen: hidden, whole: pooled },
  },
  "resnet-torchvision": {
    files: [],
    declared: `modality photo: image(24, 24)
stream seen = ${imageNetScaled} -> resnet(layers: [1, 2, 2], width: 4, normalise: frozen_batch_norm)
stream whole = seen -> as_tokens -> mean`,
    from: "whole",
    init: "as: resnet",
    streams: { seen: hidden, whole: pooled },
  },
  clip: {
    files: ["vocab.json", "merges.txt"],
    declared: `modality photo: image(16, 16)
modality words: text(max_length: 39, separators: after, tokenizer: bpe(400, file: "merges.txt"))
stream seen = ${clipScaled} -> clip_image(layers: 2, width: 16, heads: 2, patch: 8, outputs: 8)
stream read = words -> clip_text(layers: 2, width: 16, heads: 2, outputs: 8)`,
    from: "concat(seen.pooled, read.pooled)",
    init: "as: clip",
    streams: {
      "read.tokens": hidden,
      "read.pooled": pooled,
      "seen.tokens": ({ seen }) => seen.flat(),
      "seen.pooled": (expected) => expected.seen_pooled,
    },
  },
} as const satisfies { readonly [name: string]: Encoder };

/** The largest difference between streams and the results of transformers: of the first stream for two examples, of the others for one. */
async function largestDifference(entry: string, name: string, streams: Compared): Promise<number> {
  const compiled = compileFile(entry);
  const differences: number[] = [];
  for (const [index, [stream, of]] of Object.entries(streams).entries()) {
    for (const [row, expected] of expectedOf(name)
      .slice(0, index === 0 ? 2 : 1)
      .entries()) {
      const { values } = await inspectStream(compiled, { stream, row, threads: 1 });
      const theirs = of(expected);
      expect(theirs.length).toBeGreaterThan(7);
      differences.push(...theirs.map((value, index) => Math.abs(value - Number(values[index]))));
    }
  }
  return Math.max(...differences);
}

describe("with the files of transformers, and one of torchvision", () => {
  test.each(Object.entries<Encoder>(encoders))(
    "%s gives what it gives there",
    async (name, { streams, ...encoder }) => {
      const entry = await foreignModel({ name, ...encoder });
      expect(await largestDifference(entry, name, streams)).toBeLessThan(1e-5);
    },
  );
});

/** Tensors under other names, with the matrices or biases of queries, keys and values as one. */
function* fused(
  tensors: ReadonlyMap<string, StoredTensor>,
  rename: (name: string) => string,
): Generator<readonly [string, StoredTensor]> {
  for (const [name, tensor] of tensors) {
    if (/[kv]_proj/.test(name) || tensor.dtype !== "F16" || tensor.shape.length === 0) continue;
    const parts = name.includes("q_proj")
      ? ["q", "k", "v"].map((part) => tensors.get(name.replace("q_proj", `${part}_proj`)))
      : [tensor];
    const data = parts.flatMap((part) => [...((part?.data ?? []) as Iterable<number>)]);
    const [first = 0, ...others] = tensor.shape;
    yield [rename(name), { dtype: "F16", shape: [first * parts.length, ...others], data: Uint16Array.from(data) }];
  }
}

const timm = (name: string): string =>
  name
    .replace("vit.embeddings.patch_embeddings.projection", "patch_embed.proj")
    .replace("vit.embeddings.cls_token", "cls_token")
    .replace("vit.embeddings.position_embeddings", "pos_embed")
    .replace("vit.layernorm", "norm")
    .replace("vit.layers", "blocks")
    .replace("attention.q_proj", "attn.qkv")
    .replace("attention.o_proj", "attn.proj")
    .replace("layernorm_before", "norm1")
    .replace("layernorm_after", "norm2");

test("ViT as timm writes it, with one matrix for queries, keys and values, gives the same", async () => {
  const { streams, ...encoder } = encoders.vit;
  const entry = await foreignModel({ name: "vit", ...encoder });
  await rewriteWeights(entry, (tensors) => fused(tensors, timm));
  expect(await largestDifference(entry, "vit", { "seen.pooled": streams["seen.pooled"] })).toBeLessThan(1e-5);
});

test("ResNet in a file of DETR, whose names begin otherwise, gives the same", async () => {
  const { streams, ...encoder } = encoders["resnet-torchvision"];
  const entry = await foreignModel({ name: "resnet-torchvision", ...encoder });
  await rewriteWeights(entry, (tensors) =>
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith("fc.") ? [] : [[`backbone.0.body.${name}`, tensor] as const],
    ),
  );
  expect(await largestDifference(entry, "resnet-torchvision", streams)).toBeLessThan(1e-5);
});

test("GPT-2 scores words by a shared table as it does there", async () => {
  const tokenizer = 'tokenizer: bpe(400, file: "merges.txt")';
  const entry = await foreignModel({
    name: "gpt2",
    files: encoders.gpt2.files,
    declared: `modality words: text(max_length: 39, ${tokenizer})
layer pieces = embed(16)
stream scores = words -> gpt2(layers: 2, width: 16, heads: 2, word_embedding: pieces) -> tied(pieces)`,
    from: "scores -> last_token",
    init: 'as: gpt2, rename: { "transformer.wte.weight": "pieces.table" }',
  });
  const path = join(dirname(entry), "merges.txt");
  const { model } = await readVocabulary({ path, name: "merges.txt", model: "BPE", lowercase: false });
  const ordinary = Object.entries(model.vocab).filter(([, id]) => id > 3);
  const { next } = expectedOf("gpt2")[1] ?? expect.fail();
  const { values } = await inspectStream(entry, { stream: "scores", row: 1, threads: 1 });
  const best = next.map((_, position) => {
    const score = (id: number): number => Number(values[400 * position + id]);
    return ordinary.toSorted(([, left], [, right]) => score(right) - score(left))[0]?.[0];
  });
  expect(best).toEqual(next);
  expect(new Set(next).size).toBeGreaterThan(3);
});

const openAi = (name: string): string =>
  name
    .replace("text_model.embeddings.token_embedding", "token_embedding")
    .replace("text_model.embeddings.position_embedding.weight", "positional_embedding")
    .replace("text_model.final_layer_norm", "ln_final")
    .replace("text_model.encoder.layers", "transformer.resblocks")
    .replace("text_projection.weight", "text_projection")
    .replace("visual_projection.weight", "visual.proj")
    .replace("vision_model.embeddings.class_embedding", "visual.class_embedding")
    .replace("vision_model.embeddings.patch_embedding", "visual.conv1")
    .replace("vision_model.embeddings.position_embedding.weight", "visual.positional_embedding")
    .replace("vision_model.pre_layrnorm", "visual.ln_pre")
    .replace("vision_model.post_layernorm", "visual.ln_post")
    .replace("vision_model.encoder.layers", "visual.transformer.resblocks")
    .replace("self_attn.q_proj.", "attn.in_proj_")
    .replace("self_attn.out_proj", "attn.out_proj")
    .replace(/layer_norm(\d)/u, "ln_$1")
    .replace("mlp.fc1", "mlp.c_fc")
    .replace("mlp.fc2", "mlp.c_proj");

/** The layout of projections in OpenAI's file: a row for each input. */
function* withProjections(
  tensors: Iterable<readonly [string, StoredTensor]>,
): Generator<readonly [string, StoredTensor]> {
  for (const [name, tensor] of tensors) {
    const [rows = 0, columns = 0] = tensor.shape;
    if (!/proj$|text_projection$/u.test(name) || tensor.dtype !== "F16") yield [name, tensor];
    else {
      const from = (at: number): number => (at % rows) * columns + Math.floor(at / rows);
      yield [name, { ...tensor, shape: [columns, rows], data: tensor.data.map((_, at) => tensor.data[from(at)] ?? 0) }];
    }
  }
}

test("CLIP as OpenAI writes it gives the same", async () => {
  const { streams, ...encoder } = encoders.clip;
  const entry = await foreignModel({ name: "clip", ...encoder });
  await rewriteWeights(entry, (tensors) => withProjections(fused(tensors, openAi)));
  const compared = { "read.pooled": streams["read.pooled"], "seen.pooled": streams["seen.pooled"] };
  expect(await largestDifference(entry, "clip", compared)).toBeLessThan(1e-5);
});
