import { afterAll, beforeAll, expect, test } from "vitest";
import { generatedTextOf } from "../../compiler/targets/sequence.ts";
import { specialIds } from "../../runtime/data/tokenizers/special-tokens.ts";
import { decode, decodedTexts } from "../../runtime/decode/decode.ts";
import { type DecodingExecutables, keptTokens } from "../../runtime/decode/kept-tokens.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { initialWeight } from "../../runtime/train/phase/initialize.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { TensorStore } from "../../runtime/train/step/tensor-store.ts";
import { sound } from "../elaborate/harness.ts";
import { uniform } from "../graph/random-data.ts";

const examples = 3;
const width = 4;
const keys = Array.from({ length: examples }, (_, row) => `row ${row}`);

const specification = (decoder: string): string => `model m
modality seen: tensor(3, 8)
modality said: text(max_length: 9, tokenizer: characters(20), separators: after)
block recurrent(x: tokens, first: vector): tokens {
  layer advance = gru_cell
  let (last, states) = repeat(length(x), share: all) as i from (state = first, states = []) {
    let next = advance(reshape(slice(x, start: i, size: 1), [width(x)]), state)
    yield (next, append(states, reshape(next, [1, width(x)])))
  }
  return concat(states) -> like(x)
}
stream spoken = said -> embed(8) -> positions -> ${decoder}
task t { from: spoken  head: linear(20, init: normal(2))  target: sequence(said) }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { optimizer: adamw(rate: 0.01)  batch: 3  steps: 10 }
`;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

test.each([
  ["with attention", "decoder(seen, layers: 2, heads: 2, causal: true)"],
  ["that is recurrent", "recurrent(mean(seen)) -> decoder(seen, layers: 1, heads: 2, causal: true)"],
])("a decoder %s finds the texts that it finds by the whole text for each token", async (_, decoder) => {
  const program = sound(specification(decoder));
  const plan = program.plan("fit");
  const store = new TensorStore();
  for (const { name, shape, initializer } of plan.weights)
    store.set(name, { shape, data: initialWeight({ seed: 1, name, shape, initializer }) });
  const executables = new StageExecutables(engine, plan, store);
  const target = program.specification.tasks["t"]?.target;
  const generated = target?.kind === "sequence" ? generatedTextOf(target, program.specification) : undefined;
  if (!generated) throw new Error("no text is generated");
  const batch = {
    features: new Map([["seen", Float32Array.from(uniform(1, [examples, 3, 8]))]]),
    rowWeight: new Float32Array(examples).fill(1),
    keys,
  };
  const textsBy = async (graphs: DecodingExecutables) => {
    const source = keptTokens(graphs, batch, { generated, examples, copies: width });
    const request = {
      source,
      keys,
      length: 9,
      end: specialIds.separator,
      mayFollow: () => (token: number) => token > 3,
    };
    return decodedTexts(decode(request, { kind: "beam", width, length_penalty: 0 }));
  };
  const graphs = await executables.decoding("t", { batch: examples, copies: width });
  expect(graphs.wholeText).toBeUndefined();
  const next = await executables.get({ kind: "predict", pass: "t", variant: { batch: examples * width } });
  const [texts, expected] = [
    await textsBy(graphs),
    await textsBy({ next, kept: [], copies: 1, wholeText: "compared" }),
  ];
  expect(texts.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
  expect(new Set(texts.map(({ ids }) => ids.join(" "))).size).toBe(examples);
  for (const [row, { logProbability }] of texts.entries())
    expect(logProbability).toBeCloseTo(expected[row]?.logProbability ?? Number.NaN, 4);
  await executables.dispose();
});
