import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../compiler/graph/graph.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { inspect, sound } from "../elaborate/harness.ts";

const text = "(x -> over_times -> encode(domain))";
const picture = "(scene -> at_one_time -> encode(domain))";

/** A text of three tokens and a picture of five, in the caches of one encoder. */
const caches = (streams: string): string => `model caches
modality x: tensor(3, 4)
modality scene: tensor(5, 4)
modality y: tensor(3, 4)
modality shares: tensor(2, 1, 4)
stream domain = learned(2)
layer encode = omni_encoder(layers: 1, heads: 2, dropout: 0%)
layer decode = omni_decoder(layers: 2, heads: 2, dropout: 0%)
${streams}
task t { from: mean(x) + 0 * mean(scene) + 0 * mean(y)  head: linear(1)  target: number("n") }
`;
const inspected = (streams: string) => inspect(caches(streams), { unused: "allowed", batch: 1 });

function expectClose(one: readonly number[] | undefined, other: readonly number[] | undefined): void {
  expect(one?.length).toBe(other?.length);
  for (const [at, value] of (one ?? []).entries()) expect(value).toBeCloseTo(other?.[at] ?? Number.NaN, 5);
}

describe("the caches", () => {
  test("have a token for each time, and for each position of inputs that have more than one", () => {
    const { shapes } = inspected(
      `stream times = concat(${text}.temporal, ${picture}.temporal)
stream all = ${picture}.spatial`,
    );
    expect(shapes).toMatchObject({ times: "tokens[4 × 4]", all: "tokens[5 × 4]" });
  });

  test("count times from 1", () => {
    const { run } = inspected("stream clock = x -> with_clock");
    const clock = run({ "feature/x": new Float32Array(12) })["clock"];
    expectClose(clock?.slice(0, 4), [0.841471, 0.540302, 0.01, 0.99995]);
  });

  test("of a text alone have no weights of the spatial cache in the decoder", () => {
    const { weights } = inspected(`stream out = y -> decode(caches: [${text}])`);
    const names = weights.map(({ name }) => name).filter((name) => name.startsWith("decode."));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.includes("spatial_norm") || name.includes("over_space"))).toEqual([]);
  });
});

test("the gate repeats the share of a time for each of its positions, and leaves out inputs of one position", () => {
  const { run } = inspected("stream gate = spatial_gate(shares, [[1, 3], [2, 1], [1, 2]])");
  const gate = run({ "feature/shares": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] })["gate"];
  expectClose(gate, [0.1, 0.1, 0.1, 0.4, 0.4, 0.5, 0.5, 0.5, 0.8, 0.8]);
});

describe("the decoder", () => {
  const both = inspected(
    `stream out = y -> decode(caches: [${text}, ${picture}])
stream turned = y -> decode(caches: [${picture}, ${text}])`,
  );
  const y = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));

  test("does not look at tokens behind", () => {
    const changed = y.map((value, at) => (at < 8 ? value : value + 1));
    const [one, other] = [both.run({ "feature/y": y })["out"], both.run({ "feature/y": changed })["out"]];
    expect(other?.slice(0, 8)).toEqual(one?.slice(0, 8));
    expect(other?.slice(8)).not.toEqual(one?.slice(8));
  });

  test("reads its inputs in any order", () => {
    const { out, turned } = both.run({ "feature/y": y });
    expectClose(out, turned);
  });
});

test("layers of the published size have the parameters that the authors' code has", () => {
  const { weights } = inspect(
    `model size
modality x: tensor(3, 512)
modality scene: tensor(5, 512)
layer encode = omni_encoder(layers: 1)
layer decode = omni_decoder(layers: 1)
stream out = x -> decode(caches: [(scene -> at_one_time -> encode(learned(32)))])
task t { from: mean(out)  head: linear(1)  target: number("n") }
`,
    { unused: "allowed" },
  );
  const parameters = (pattern: RegExp): number =>
    weights
      .filter(({ name }) => pattern.test(name))
      .reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
  expect(parameters(/^encode\.transformer\./u)).toBe(3_152_384);
  expect(parameters(/^decode\./u)).toBe(6_043_648);
});

test("the full size checks: ResNet-152, an encoder and a decoder of six layers each, and the parts of the authors' code", () => {
  const full = sound(readFileSync(join(packageRoot(), "examples", "full", "omninet.mtl"), "utf8"));
  const { weights } = full.plan("joint");
  const of = (pattern: RegExp): number =>
    weights.filter(({ name }) => pattern.test(name)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const affine = (inputs: number, outputs: number): number => (inputs + 1) * outputs;
  expect(of(/^seen\.backbone\./u) - of(/^seen\.backbone\..*\.(?:mean|variance)$/u)).toBe(
    60_192_808 - affine(2048, 1000),
  );
  expect(of(/^cells\./u)).toBe(affine(2048, 512));
  expect(of(/^encode\./u)).toBe(6 * 3_152_384 + affine(544, 512) + 2 * affine(512, 512));
  expect(of(/^decode\./u)).toBe(6 * 6_043_648);
  const embedded = (words: number): number => words * 300 + affine(300, 512);
  expect(of(/^read\.embedded\./u)).toBe(embedded(25_001));
  expect(of(/^last\./u)).toBe(affine(512, 512));
  expect(of(/^task\..*\.head\./u)).toBe([48, 25_001, 3500, 52].reduce((sum, classes) => sum + affine(512, classes), 0));
  // The embedded classes and captions of two tasks, a token of 32 numbers for each task, and one for each modality.
  expect(of(/^task\./u) - of(/^task\..*\.head\./u)).toBe(embedded(48) + embedded(25_001));
  expect(of(/^(?:start|english|pictures)(?:\.|$)/u)).toBe(4 * 32 + affine(32, 512) + 2 * 32);
  // Together 145.6 million, of which 58.1 million are the frozen backbone's.
  expect(of(/./u) - of(/\.(?:mean|variance)$/u)).toBe(145_602_833);
});
