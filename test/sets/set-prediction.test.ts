import { expect, test } from "vitest";
import { assignment } from "../../runtime/boxes/assignment.ts";
import { edgesAt, generalisedOverlap } from "../../runtime/boxes/overlap.ts";
import { setLoss } from "../../runtime/boxes/set-loss.ts";
import { gradientsGraph } from "../../compiler/differentiate/training-graphs.ts";
import { passOf } from "../../compiler/stage/plan.ts";
import { generator } from "../../runtime/random/generator.ts";
import { type Given, compile, evaluate, forwardOf, sound } from "../elaborate/harness.ts";

const [classes, queries, most] = [3, 3, 2];

const model = (loss = "", from = "(moved, places)"): string => `
  model sets
  modality scores: tensor([${queries}, ${classes + 1}])
  modality places: tensor([${queries}, 4])
  stream moved = scores + learned(${queries}, ${classes + 1}, init: zeros)
  task t { from: ${from}  target: boxes("objects", classes: ${classes}, most: ${most}, queries: ${queries})  ${loss} }
  dataset d { path: "d.jsonl"  tasks: [t] }
  stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`;

interface Row {
  readonly logits: readonly number[];
  readonly boxes: readonly number[];
  readonly classes: readonly number[];
  readonly objects: readonly number[];
}

/** The published row of DETR's loss: 5.1731345 = 0.6481345 + 5 · 0.525 + 2 · 0.95. */
const golden: Row = {
  logits: [2, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 3],
  boxes: [0.5, 0.5, 0.2, 0.4, 0.25, 0.25, 0.5, 0.5, 0.8, 0.2, 0.1, 0.1],
  classes: [0, 1],
  objects: [0.55, 0.5, 0.2, 0.4, 0.75, 0.75, 0.5, 0.5],
};

const weight = "moved.learned.value";

const given = (rows: readonly Row[], weights = rows.map(() => 1)): Given => ({
  "feature/scores": rows.flatMap(({ logits }) => logits),
  "feature/places": rows.flatMap(({ boxes }) => boxes),
  "feature/t.target.classes": rows.flatMap((row) => row.classes),
  "feature/t.target.boxes": rows.flatMap(({ objects }) => objects),
  row_weight: weights,
  [weight]: Array.from({ length: queries * (classes + 1) }, () => 0),
});

function lossOf(rows: readonly Row[], loss = "", weights?: readonly number[]): number {
  const { graph } = forwardOf(sound(model(loss)), { batch: rows.length });
  return evaluate(graph, given(rows, weights?.slice())).get("loss")?.[0] ?? Number.NaN;
}

test("the loss is that of DETR, term by term", () => {
  expect(lossOf([golden])).toBeCloseTo(5.1731345, 6);
  const more = (term: string): number => lossOf([golden], `loss: set_prediction(${term})`) - lossOf([golden]);
  expect(more("class: 2")).toBeCloseTo(0.6481345, 6);
  expect(more("box: 6")).toBeCloseTo(0.525, 6);
  expect(more("giou: 3")).toBeCloseTo(0.95, 6);
  const { logits, boxes, classes: ids, objects } = golden;
  const row = { logits: Float32Array.from(logits), boxes: Float32Array.from(boxes), scored: classes };
  expect(setLoss({ ...row, classes: Int32Array.from(ids), objects: Float32Array.from(objects) })).toBeCloseTo(
    5.1731345,
    5,
  );
});

const random = generator(3, "set prediction");
const drawn = (count: number): Row => ({
  logits: Array.from({ length: queries * (classes + 1) }, () => random.normal()),
  boxes: Array.from({ length: queries * 4 }, () => 0.1 + 0.4 * random.uniform()),
  classes: Array.from({ length: most }, (_, index) => (index < count ? random.below(classes) : -1)),
  objects: Array.from({ length: most * 4 }, () => 0.1 + 0.4 * random.uniform()),
});
const batch = [drawn(2), drawn(1), drawn(0), drawn(2)];

/** DETR's `SetCriterion` by plain loops, of a whole batch. */
function plainLoss(rows: readonly Row[]): number {
  let [surprise, weights, near, objects] = [0, 0, 0, 0];
  for (const row of rows) {
    const shares = Array.from({ length: queries }, (_, query) => {
      const powers = row.logits.slice(query * 4, query * 4 + 4).map(Math.exp);
      return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
    });
    const there = row.classes.flatMap((of, index) => (of < 0 ? [] : [index]));
    const distance = (object: number, query: number): number =>
      [0, 1, 2, 3].reduce(
        (sum, side) => sum + Math.abs((row.boxes[query * 4 + side] ?? 0) - (row.objects[object * 4 + side] ?? 0)),
        0,
      );
    const overlap = (object: number, query: number): number =>
      generalisedOverlap(edgesAt(row.boxes, query), edgesAt(row.objects, object));
    const costs = there.flatMap((object) =>
      shares.map(
        (share, query) =>
          5 * distance(object, query) - (share[row.classes[object] ?? 0] ?? 0) - 2 * overlap(object, query),
      ),
    );
    const chosen = assignment(costs, there.length, queries);
    objects += there.length;
    for (const [query, share] of shares.entries()) {
      const object = there[chosen.indexOf(query)];
      const weight = object === undefined ? 0.1 : 1;
      surprise -= weight * Math.log(share[object === undefined ? classes : (row.classes[object] ?? 0)] ?? 0);
      weights += weight;
      if (object !== undefined) near += 5 * distance(object, query) + 2 * (1 - overlap(object, query));
    }
  }
  return surprise / weights + near / objects;
}

test("the loss of a batch is divided by its objects and weights, not the mean over rows of their losses", () => {
  expect(lossOf(batch)).toBeCloseTo(plainLoss(batch), 6);
  const means = batch.map((row) => lossOf([row])).reduce((sum, loss) => sum + loss, 0) / batch.length;
  expect(Math.abs(lossOf(batch) - means)).toBeGreaterThan(0.01);
});

test("a row of weight 0 counts for nothing, whatever it predicts", () => {
  expect(lossOf([...batch, drawn(2)], "", [1, 1, 1, 1, 0])).toBeCloseTo(plainLoss(batch), 6);
});

test("a batch without objects has a finite loss", () => {
  const empty = [drawn(0), drawn(0)];
  expect(lossOf(empty)).toBeGreaterThan(0);
  expect(lossOf(empty)).toBeLessThan(10);
});

test("neither the order of objects nor that of queries matters", () => {
  const swapped = (row: Row): Row => ({
    ...row,
    classes: row.classes.toReversed(),
    objects: [...row.objects.slice(4), ...row.objects.slice(0, 4)],
  });
  const turned = (row: Row): Row => ({
    ...row,
    logits: [...row.logits.slice(4), ...row.logits.slice(0, 4)],
    boxes: [...row.boxes.slice(4), ...row.boxes.slice(0, 4)],
  });
  expect(lossOf(batch.map(swapped))).toBeCloseTo(lossOf(batch), 6);
  expect(lossOf(batch.map(turned))).toBeCloseTo(lossOf(batch), 6);
});

test("the gradient is that of the loss, with the assignment as it is", () => {
  const forward = forwardOf(sound(model()), { mode: "train", batch: batch.length });
  const weights = forward.weights.map((each) => ({
    ...each,
    trainable: true,
    decayed: false,
    class: "all",
    tasks: ["t"],
  }));
  expect(weights.map(({ name }) => name)).toEqual([weight]);
  const graph = gradientsGraph(passOf(forward), weights);
  const values = given(batch);
  const gradient = evaluate(graph, values).get(`gradient/${weight}`) ?? [];
  expect(gradient.length).toBe(queries * (classes + 1));
  const lossAt = (index: number, by: number): number =>
    evaluate(forward.graph, { ...values, [weight]: Array.from(gradient, (_, each) => (each === index ? by : 0)) }).get(
      "loss",
    )?.[0] ?? Number.NaN;
  for (const [index, slope] of gradient.entries())
    expect((lossAt(index, 1e-5) - lossAt(index, -1e-5)) / 2e-5).toBeCloseTo(slope, 6);
});

test("of a list of predictions all are supervised, and the last is predicted", () => {
  const two = model("", "[(moved, places), (moved * 2, places * 0.5)]");
  const { graph } = forwardOf(sound(two), { batch: batch.length });
  const results = evaluate(graph, given(batch));
  const halved = batch.map((row) => ({
    ...row,
    logits: row.logits.map((logit) => logit * 2),
    boxes: row.boxes.map((side) => side / 2),
  }));
  expect(results.get("loss")?.[0]).toBeCloseTo((plainLoss(batch) + plainLoss(halved)) / 2, 6);
  expect(results.get("prediction/boxes")).toEqual(halved.flatMap(({ boxes }) => boxes));
});

test("an output without a class has no probability, and no object keeps its own", () => {
  const { graph } = forwardOf(sound(model()), { batch: 1, mode: "predict" });
  const logits = evaluate(graph, { ...given([golden]), class_mask: [1, 1, 0] }).get("prediction/logits") ?? [];
  expect(logits.slice(0, 4)).toEqual([2, 0, -1e9, 0]);
});

test("batch_mean is for losses", () => {
  const text = `model m
    modality x: tensor([3])
    task t { from: x -> linear(1)  head: centred  target: number("n") }
    block centred(x: vector): vector { return x - batch_mean(reshape(x, []), 1 + 0 * reshape(x, [])) }
    dataset d { path: "d.jsonl"  tasks: [t] }
    stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`;
  expect(compile(text).diagnostics.map(({ message }) => message)).toContain(
    "`batch_mean` is for losses: anywhere else, rows must not depend on each other.",
  );
});
