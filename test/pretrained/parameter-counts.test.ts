import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { sound } from "../elaborate/harness.ts";

/** The parameters of a specification's networks with this number of layers, by the cost report; all layers have equally many, so that one and two tell. */
function parametersOf(declared: string, from: string, width: number): number {
  const layers = Number(/layers: (\d+)/u.exec(declared)?.[1]);
  const [one = 0, two = 0] = [1, 2].map((count) =>
    reported(declared.replaceAll(/layers: \d+/gu, `layers: ${count}`), from),
  );
  return one + (layers - 1) * (two - one) - (width + 1);
}

function reported(declared: string, from: string): number {
  const program = sound(`model sizes
${declared}
task t { from: ${from}  head: linear(1)  target: number("y") }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  batch: 1 }`);
  const { total } = costOf(program).stages[0] ?? expect.fail();
  return total.parameters;
}

// The class token, a row of the vocabulary there, is a weight of its own here, so that the vocabularies here have a token less.
describe("networks of the published sizes have the published numbers of parameters", () => {
  test("BERT-base", () => {
    const declared = `modality words: text(max_length: 511, segments: 2, tokenizer: word_piece(30521))
stream context = words -> bert(layers: 12, width: 768, heads: 12)`;
    expect(parametersOf(declared, "context.pooled", 768)).toBe(109_482_240);
  });

  test("RoBERTa-base, without the two rows of positions that it never uses", () => {
    const declared = `modality words: text(max_length: 511, segments: 2, tokenizer: bpe(50264))
stream context = words -> bert(layers: 12, width: 768, heads: 12, segments: same)`;
    expect(parametersOf(declared, "context.pooled", 768)).toBe(124_645_632 - 2 * 768);
  });

  test("DistilBERT-base, and a pooler", () => {
    const declared = `modality words: text(max_length: 511, segments: 2, tokenizer: word_piece(30521))
stream context = words -> bert(layers: 6, width: 768, heads: 12, segments: ignored)`;
    expect(parametersOf(declared, "context.pooled", 768)).toBe(66_362_880 + 768 * 769);
  });

  // Its vocabulary has no token for padding, for what is unknown and for masks, which a specification has in addition.
  test("GPT-2, whose words are scored by the table that embeds them", () => {
    const declared = `modality words: text(max_length: 1024, tokenizer: bpe(50257))
stream context = words -> gpt2(layers: 12, width: 768, heads: 12)`;
    expect(parametersOf(declared, "context -> last_token", 768)).toBe(124_439_808);
  });

  test("the encoder of T5-small", () => {
    const declared = `modality words: text(max_length: 512, separators: after, tokenizer: bpe(32128))
stream context = words -> t5(layers: 6, width: 512, heads: 8)`;
    expect(parametersOf(declared, "context -> last_token", 512)).toBe(35_330_816);
  });

  test("ViT-B/16", () => {
    const declared = `modality photo: image(224, 224)
stream seen = photo -> vit(layers: 12, width: 768, heads: 12)`;
    expect(parametersOf(declared, "seen.pooled", 768)).toBe(85_798_656);
  });

  // Means and variances are weights here, and no parameters there: two for each channel that a batch norm has.
  test.each([
    ["ResNet-18", "layers: [2, 2, 2, 2]", 512, 11_176_512, 9_600],
    ["ResNet-50", "layers: [3, 4, 6, 3], blocks: bottleneck", 2048, 23_508_032, 53_120],
    ["ResNet-101", "layers: [3, 4, 23, 3], blocks: bottleneck", 2048, 42_500_160, 105_344],
  ])("%s without its classifier", (_, layers, width, parameters, statistics) => {
    const declared = `modality photo: image(64, 64)
stream seen = photo -> resnet(${layers}, normalise: frozen_batch_norm)`;
    expect(reported(declared, "seen -> as_tokens -> mean") - (width + 1)).toBe(parameters + statistics);
  });

  test("CLIP ViT-B/32, both encoders, without the scale of its loss", () => {
    const declared = `modality photo: image(224, 224)
modality words: text(max_length: 76, separators: after, tokenizer: bpe(49407))
stream seen = photo -> clip_image(layers: 12, width: 768, heads: 12, outputs: 512)
stream read = words -> clip_text(layers: 12, width: 512, heads: 8, outputs: 512)`;
    expect(parametersOf(declared, "concat(seen.pooled, read.pooled)", 1024)).toBe(151_277_313 - 1);
  });
});
