import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Batch } from "../../runtime/data/data.ts";
import type { DecodedText, Decoding } from "../../runtime/decode/next-tokens.ts";
import { SharedTexts } from "../../runtime/decode/shared-texts.ts";

/** An example whose text has as many tokens as its key says. */
function example(length: number): Batch {
  return { features: new Map(), rowWeight: Float32Array.of(1), keys: [String(length)] };
}

/** Texts that take a millisecond for each step, and a log of the groups and of the order of their steps. */
function textsOf({ most = 4, failsAt = Number.POSITIVE_INFINITY } = {}) {
  const log = { groups: [] as string[], steps: [] as string[] };
  const texts = new SharedTexts({ together: (waiting) => Math.min(waiting, most), begin: (group) => grown(group) });
  async function* grown(group: readonly Batch[]): Decoding {
    const name = group.flatMap(({ keys }) => keys).join(" ");
    log.groups.push(name);
    const all = group.map(({ keys }) => ({
      ids: [] as number[],
      logProbability: 0,
      ended: false,
      of: Number(keys[0]),
    }));
    for (let step = 1; all.some(({ ended }) => !ended); step++) {
      await wait(1);
      if (step === failsAt) throw new Error("a step failed");
      log.steps.push(name);
      for (const text of all) {
        if (!text.ended) text.ids.push(step);
        text.ended = text.ids.length === text.of;
      }
      yield all;
    }
    return all;
  }
  return { log, texts };
}

async function read(text: AsyncGenerator<DecodedText, DecodedText>) {
  const lengths: number[] = [];
  for (let step = await text.next(); ; step = await text.next()) {
    lengths.push(step.value.ids.length);
    if (step.done === true) return lengths;
  }
}

describe("texts that are asked for one by one", () => {
  test("begin together, and each ends when it is complete", async () => {
    const { log, texts } = textsOf();
    const ends: number[] = [];
    const lengths = await Promise.all(
      [3, 1, 5].map(async (length) => {
        const own = await read(texts.generate(example(length)));
        ends.push(length);
        return own;
      }),
    );
    expect(log.groups).toEqual(["3 1 5"]);
    expect(ends).toEqual([1, 3, 5]);
    // The step after which a text is complete is its end.
    expect(lengths).toEqual([[1, 2, 3], [1], [1, 2, 3, 4, 5]]);
  });

  test("begin a second group beside the first, whose steps alternate, and further ones wait", async () => {
    const { log, texts } = textsOf();
    const all = [read(texts.generate(example(20)))];
    await wait(5);
    all.push(read(texts.generate(example(4))));
    await wait(2);
    all.push(read(texts.generate(example(2))), read(texts.generate(example(3))));
    await Promise.all(all);
    expect(log.groups).toEqual(["20", "4", "2 3"]);
    expect(log.steps.lastIndexOf("2 3")).toBeLessThan(log.steps.lastIndexOf("20"));
  });

  test("are as many as there is room for", async () => {
    const { log, texts } = textsOf({ most: 2 });
    await Promise.all([1, 2, 3, 4, 5].map((length) => read(texts.generate(example(length)))));
    expect(log.groups).toEqual(["1 2", "3 4", "5"]);
  });

  test("are not held up by a reader that is slow, and end when nobody reads them", async () => {
    const { log, texts } = textsOf();
    const slow = texts.generate(example(1000));
    const quick = read(texts.generate(example(30)));
    expect((await slow.next()).value.ids).toEqual([1]);
    await quick;
    expect((await slow.next()).value.ids).toEqual([1, 2]);
    await slow.return(undefined as never);
    await wait(20);
    const steps = log.steps.length;
    await wait(20);
    expect([log.steps.length, steps < 900]).toEqual([steps, true]);
  });

  test("fail together, and later ones are not concerned", async () => {
    const { texts } = textsOf({ failsAt: 3 });
    const [first, second] = await Promise.allSettled([4, 1].map((length) => read(texts.generate(example(length)))));
    expect(first).toMatchObject({ status: "rejected", reason: new Error("a step failed") });
    expect(second).toMatchObject({ status: "fulfilled", value: [1] });
    expect(await read(texts.generate(example(2)))).toEqual([1, 2]);
  });
});
