import { describe, expect, test } from "vitest";
import { compile } from "./harness.ts";

interface Places {
  readonly param?: string;
  readonly through?: string;
  readonly stage?: string;
  readonly sound?: string;
  readonly loss?: string;
  readonly budget?: string;
  readonly rate?: string;
}

const text = ({
  param = "",
  through = "identity",
  stage = "epochs: 1",
  sound = "seconds: 1",
  loss = "",
  budget = "",
  rate = "1e-3",
}: Places): string => `model m
modality a: tensor([8])
modality b: audio(${sound})
${param}
block scaled(x: stream, factor: number = 2): stream { return x * factor }
stream x = a -> ${through}
task t { from: x  head: linear(2)  target: category("k", classes: 2)  ${loss}  ${budget} }
dataset d { path: "d.jsonl"  tasks: [t] }
stage s { optimizer: adamw(rate: ${rate})  ${stage} }
`;

const errorsOf = (places: Places): readonly string[] => {
  const specification = text(places);
  const { diagnostics } = compile(specification);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ at, message }) => `${specification.slice(at.start, at.end)}: ${message}`);
};

describe("a number with a unit stands where that is asked for", () => {
  test.each<[string, Places]>([
    [
      "time and frequency of a sound",
      { sound: "seconds: 500ms, rate: 8kHz, features: log_mel(window: 25ms, hop: 10ms, low: 20Hz, high: 4kHz)" },
    ],
    ["without a unit as before", { sound: "seconds: 0.5, rate: 8000" }],
    ["by a param", { param: "param length = 2s", sound: "seconds: length" }],
    ["by a param with a type", { param: "param length: number in 1..3 = 2s", sound: "seconds: length" }],
    ["calculated", { param: "param length = 250ms * 2 + 1s / 2", sound: "seconds: length" }],
    ["a count from time and frequency", { param: "param samples = 16kHz * 25ms", through: "linear(samples)" }],
    ["bytes", { budget: "budget: at_most(memory: 512MB)" }],
    ["counts and shares", { stage: "steps: 1k  batch: 2  checkpoint: checkpoint(every: 10%)" }],
  ])("%s", (_, places) => {
    expect(errorsOf(places)).toEqual([]);
  });
});

describe("elsewhere it is an error at its place", () => {
  test.each<[string, Places, string]>([
    ["batch", { stage: "epochs: 1  batch: 64kHz" }, "64kHz: "],
    ["epochs", { stage: "epochs: 5s" }, '5s: "epochs" must be a number of at least 0; this is 5s.'],
    ["steps", { stage: "steps: 2min" }, "2min: "],
    [
      "a checkpoint's interval",
      { stage: "epochs: 1  checkpoint: checkpoint(every: 10min)" },
      '10min: "every" of checkpoint must be a number of steps, or a fraction such as 5%; this is 10min.',
    ],
    ["warm-up", { stage: "epochs: 1  schedule: cosine(warmup: 30s)" }, "30s: "],
    ["a rate", { rate: "1Hz" }, "1Hz: "],
    ["clipping", { stage: "epochs: 1  clip: 1MB" }, "1MB: "],
    ["a time for a frequency", { sound: "seconds: 1, rate: 16ms" }, "16ms: "],
    [
      "bytes for a time",
      { sound: "seconds: 1kB" },
      '1kB: "seconds" of audio must be a number of seconds in 0.001..86400; this is 1kB.',
    ],
    ["a width", { through: "linear(64kHz)" }, "64kHz: "],
    ["a width by a param", { param: "param width = 64kHz", through: "linear(width)" }, "width: "],
    ["a rate of dropout", { through: "dropout(1ms)" }, "1ms: "],
    ["a block's number", { through: "scaled(factor: 2s)" }, ""],
    ["a stream", { through: "identity + 2s" }, ""],
    ["a count of repeat", { through: "repeat(2s) { it }" }, "2s: "],
    ["learned tokens", { through: "identity + learned(8Hz)" }, ""],
    ["a factor of a loss", { loss: "loss: 2s * cross_entropy" }, ""],
    [
      "a sum of two measures",
      { param: "param length = 1s + 1kHz", sound: "seconds: length" },
      '1s + 1kHz: "+" cannot be applied to 1s and 1kHz.',
    ],
    ["a sum with a plain number", { param: "param length = 1s + 1", sound: "seconds: length" }, "1s + 1: "],
    ["squared seconds", { param: "param length = 1s * 1s", sound: "seconds: length" }, "1s * 1s: "],
    ["a comparison", { param: "param fast = 1s < 1kHz", sound: "seconds: if fast then 1 else 2" }, "1s < 1kHz: "],
  ])("%s", (_, places, expected) => {
    const [first = "none"] = errorsOf(places);
    expect(first).not.toBe("none");
    expect(first.startsWith(expected), first).toBe(true);
  });
});
