import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TrainedModel, load } from "../../runtime/index.ts";
import { Turns } from "../../runtime/model/turns.ts";
import { dataUri, drawing, runOf, trainedKinds } from "./model.ts";

let model: TrainedModel;
let sized: TrainedModel;

beforeAll(async () => {
  const run = runOf(await trainedKinds());
  model = await load(run, { threads: 1 });
  const files = (name: string) => Promise.reject(new Error(`${name} is not for you`));
  sized = await load(run, { threads: 1, batchSizes: [1, 2, 4], files });
}, 120_000);
afterAll(async () => {
  await model.dispose();
  await sized.dispose();
});

const examples = Array.from({ length: 9 }, (_, row) => ({
  words: `row ${row}`,
  facts: { weight: row, colour: "red" },
  photo: dataUri(drawing("#111")),
}));

/** Numbers to five digits, since graphs of other sizes agree up to rounding. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "number" ? Number(part.toPrecision(5)) : part,
  );
}

describe("a loaded model", () => {
  test("predicts the same when it is called several times at once", async () => {
    const alone = await Promise.all(examples.map((example) => model.predictTasks([example])));
    const inTurn = [];
    for (const example of examples) inTurn.push(await model.predictTasks([example]));
    expect(alone).toEqual(inTurn);
  });

  test("predicts the same by graphs of other sizes, and in several batches", async () => {
    await sized.prepare();
    for (const count of [1, 2, 3, 9]) {
      const some = examples.slice(0, count);
      expect(rounded(await sized.predictTasks(some))).toEqual(rounded(await model.predictTasks(some)));
    }
  });

  test("reports the tasks that cannot use an example, by the name that the caller has for it", async () => {
    const reported: (readonly [number, string, string])[] = [];
    const [first = {}, second = {}] = await model.predictTasks([{ words: "a" }, examples[0] ?? {}], {
      nameOf: (index) => `Letter ${index}`,
      onUnusable: (index, error, task) => void reported.push([index, task, error.message]),
    });
    expect([Object.keys(first), Object.keys(second)]).toEqual([["size"], ["kind", "size", "shade"]]);
    expect(reported).toEqual([
      [0, "kind", "Letter 0 cannot be used: facts: it has no facts."],
      [0, "shade", "Letter 0 cannot be used: photo: it has no photo."],
    ]);
    await expect(model.predictTasks([{ words: "a" }])).rejects.toThrow("Example 0 cannot be used");
  });

  test("asks for the files that examples name, whose refusal is the reason", async () => {
    await expect(sized.predict({ photo: "a.png" }, { task: "shade" })).rejects.toThrow(
      "Example 0 cannot be used: photo: a.png is not for you.",
    );
  });
});

test("turns are taken in order, as many at once as there may be", async () => {
  const turns = new Turns(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) =>
    turns.run(async () => {
      log.push(name);
      await new Promise<void>((end) => void ends.push(end));
    });
  const all = ["a", "b", "c", "d"].map(work);
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(log).toEqual(["a", "b"]);
  ends[1]?.();
  await all[1];
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(log).toEqual(["a", "b", "c"]);
  ends[0]?.();
  ends[2]?.();
  await Promise.all([all[0], all[2]]);
  await new Promise((resolve) => setTimeout(resolve, 1));
  ends[3]?.();
  await all[3];
  expect(log).toEqual(["a", "b", "c", "d"]);
});
