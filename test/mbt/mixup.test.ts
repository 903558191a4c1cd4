import { describe, expect, test } from "vitest";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, codesOf, compilation, forwardOf, furthest, outputOf, programOf, valuesOf } from "./support.ts";
import { twoStreams } from "./two-streams.ts";

const batch = 4;
const classes = 3;
const labels = [0, 2, 1, 2];
const inputs = ["feature/a", "feature/b"] as const;

const model = (
  augment: string,
  from = "[met.left.cls -> classify, met.right.cls -> classify]  head: ensemble(train: each)",
): string => `${twoStreams}
  fusion met = bottleneck(left, right) { layers: 2  heads: 2 }
  layer classify = norm -> linear(${classes})
  task event { from: ${from}  target: category("y", classes: ${classes})  ${augment} }`;
const perBatch = model("augment: mixup(alpha: 0.3)");
const perModality = model("augment: mixup(alpha: 0.3, per: modality)");
const plain = model("");

interface Run {
  readonly mode?: Mode;
  readonly change?: (values: Values) => void;
  /** λ by name. */
  readonly shares?: { readonly [name: string]: number };
}

function run(text: string, { mode = "train", change, shares = {} }: Run = {}): ReadonlyMap<string, Float64Array> {
  const { graph } = forwardOf(programOf(text), "event", { mode, batch });
  const values = new Map([
    ...valuesOf(graph),
    ["feature/event.target", labels] as const,
    ...Object.entries(shares).map(([name, share]) => [`scalar/${name}`, [share]] as const),
  ]);
  change?.(values);
  return interpret(graph, values);
}

const lossOf = (text: string, settings: Run = {}): number => outputOf(run(text, settings), "loss")[0] ?? Number.NaN;
const scalarsOf = (text: string, mode: Mode = "train"): readonly string[] =>
  forwardOf(programOf(text), "event", { mode, batch }).graph.inputs.flatMap(({ role }) =>
    role.kind === "scalar" ? [role.name] : [],
  );

function rowsOf(values: ArrayLike<number>): readonly (readonly number[])[] {
  const width = values.length / batch;
  return Array.from({ length: batch }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
}

/** λ·x + (1 − λ)·x of the opposite row, done by hand. */
function mixedByHand(values: ArrayLike<number>, share: number): readonly number[] {
  const rows = rowsOf(values);
  return rows.flatMap((row, index) =>
    row.map((value, at) => share * value + (1 - share) * (rows[batch - 1 - index]?.[at] ?? Number.NaN)),
  );
}

/** The loss of one side alone, on rows that are mixed by hand, towards targets in this order. */
function sideLoss(side: string, shares: readonly [number, number], targets: readonly number[]): number {
  const change = (values: Values): void => {
    for (const [index, name] of inputs.entries())
      values.set(name, mixedByHand(values.get(name) ?? [], shares[index] ?? Number.NaN));
    values.set("feature/event.target", targets);
  };
  return lossOf(model("", `met.${side}.cls -> classify`), { change });
}

/** Cross-entropy is linear in the target, so this is the cross-entropy of mixed labels. */
function expectedLoss(left: number, right: number): number {
  const towards = (side: string, share: number): number =>
    share * sideLoss(side, [left, right], labels) + (1 - share) * sideLoss(side, [left, right], labels.toReversed());
  return (towards("left", left) + towards("right", right)) / 2;
}

describe("mixup", () => {
  test("one λ: every row and its label are mixed with the opposite row", () => {
    expect(lossOf(perBatch, { shares: { mixup: 0.7 } })).toBeCloseTo(expectedLoss(0.7, 0.7), 12);
  });

  test("one λ for each modality: labels differ between modalities as their rows do", () => {
    const shares = { "mixup/a": 0.7, "mixup/b": 0.2 };
    expect(lossOf(perModality, { shares })).toBeCloseTo(expectedLoss(0.7, 0.2), 12);
    const swapped = lossOf(perModality, { shares: { "mixup/a": 0.2, "mixup/b": 0.7 } });
    expect(Math.abs(swapped - lossOf(perModality, { shares }))).toBeGreaterThan(1e-6);
  });

  test("λ of one modality only where each has its own", () => {
    expect(scalarsOf(perBatch)).toEqual(["mixup"]);
    expect(scalarsOf(perModality).toSorted((left, right) => left.localeCompare(right))).toEqual(["mixup/a", "mixup/b"]);
  });

  test("a λ of 1 changes nothing", () => {
    expect(lossOf(perBatch, { shares: { mixup: 1 } })).toBe(lossOf(plain));
    expect(lossOf(perModality, { shares: { "mixup/a": 1, "mixup/b": 1 } })).toBe(lossOf(plain));
  });

  test("a λ of 0 is the batch in reverse", () => {
    expect(lossOf(perBatch, { shares: { mixup: 0 } })).toBeCloseTo(lossOf(plain), 12);
  });

  test.each(["evaluate", "predict"] as const)("%s sees examples as they are", (mode) => {
    expect(scalarsOf(perModality, mode)).toEqual([]);
    expect(outputOf(run(perModality, { mode }), "prediction/logits")).toEqual(
      outputOf(run(plain, { mode }), "prediction/logits"),
    );
  });

  test("padding leaks into no row, and who meets it stays as it is", () => {
    const weights = [1, 1, 1, 0];
    const padded =
      (noise: number) =>
      (values: Values): void => {
        values.set("row_weight", weights);
        for (const name of inputs)
          values.set(
            name,
            rowsOf(values.get(name) ?? []).flatMap((row, index) =>
              row.map((value) => value + (index === 3 ? noise : 0)),
            ),
          );
      };
    const shares = { mixup: 0.4 };
    const logits = rowsOf(outputOf(run(perBatch, { change: padded(0), shares }), "prediction/logits"));
    const untouched = rowsOf(outputOf(run(plain, { mode: "train" }), "prediction/logits"));
    expect(lossOf(perBatch, { change: padded(100), shares })).toBe(lossOf(perBatch, { change: padded(0), shares }));
    expect(furthest(logits[0] ?? [], untouched[0] ?? [])).toBe(0);
    expect(furthest(logits[1] ?? [], untouched[1] ?? [])).toBeGreaterThan(1e-3);
  });

  test("pictures are mixed as brightness, and numbers as targets by their losses", () => {
    const picture = (augment: string): string => `modality photo: image(4, 4, 1)
      stream seen = photo -> patches(2) -> linear(4) -> mean
      task event { from: seen -> linear(1)  target: number("y")  ${augment} }`;
    const bytes = Array.from({ length: batch * 16 }, (_, at) => (at * 37) % 256);
    const numbers = [0.5, -1, 2, 0];
    const change = (values: Values): void => {
      values.set("feature/photo", bytes);
      values.set("feature/event.target", numbers);
    };
    const prediction = (text: string, settings: Run): readonly number[] =>
      outputOf(run(text, settings), "prediction/value");
    // The model is linear, so mixed pictures give mixed predictions.
    const expected = mixedByHand(prediction(picture(""), { change }), 0.25);
    const text = picture("augment: mixup(alpha: 1)");
    expect(furthest(prediction(text, { change, shares: { mixup: 0.25 } }), expected)).toBeLessThan(1e-12);
    const losses = expected.map(
      (value, row) => 0.25 * (value - (numbers[row] ?? 0)) ** 2 + 0.75 * (value - (numbers[batch - 1 - row] ?? 0)) ** 2,
    );
    expect(lossOf(text, { change, shares: { mixup: 0.25 } })).toBeCloseTo(
      losses.reduce((sum, loss) => sum + loss, 0) / batch,
      12,
    );
  });
});

describe("what cannot be mixed", () => {
  const words = `modality words: text(max_length: 4, tokenizer: bpe(300))
    stream read = words -> embed(4) -> mean`;

  test("text", () => {
    expect(
      codesOf(
        compilation(
          `${words} task event { from: read -> linear(2)  target: category("y", classes: 2)  augment: mixup }`,
        ),
      ),
    ).toEqual(["MTL5016"]);
  });

  test("what rows may lack", () => {
    const text = `${twoStreams} task event { uses: [a, optional b]  from: mean(concat(left, optional right)) -> linear(2)  target: category("y", classes: 2)  augment: mixup }`;
    expect(codesOf(compilation(text))).toEqual(["MTL5016"]);
  });

  test("a prediction from all modalities has no λ of its own", () => {
    for (const from of [
      "met.left.cls + met.right.cls -> classify",
      "[met.left.cls + met.right.cls -> classify, met.right.cls -> classify]  head: ensemble(train: each)",
    ]) {
      expect(codesOf(compilation(model("augment: mixup(per: modality)", from)))).toEqual(["MTL5017"]);
    }
    expect(
      codesOf(
        compilation(
          model(
            "augment: mixup(per: modality)",
            "[met.left.cls -> classify, met.right.cls -> classify]  head: ensemble(train: mean)",
          ),
        ),
      ),
    ).toEqual(["MTL5017"]);
  });

  test("pooled tokens belong to the modality whose name they have", () => {
    expect(
      codesOf(
        compilation(
          model(
            "augment: mixup(per: modality)",
            "[mean(met.left) -> classify, mean(met.right) -> classify]  head: ensemble(train: each)",
          ),
        ),
      ),
    ).toEqual([]);
  });
});
