import { describe, expect, test } from "vitest";
import { Batcher, type BatcherSettings } from "../../serving/batching/batcher.ts";
import { RequestFailure } from "../../serving/failure.ts";

/** A batcher of numbers, whose batches wait to be ended; it keeps the batches that it was given. */
function batcherOf(settings: Partial<BatcherSettings<number, number>> = {}) {
  const batches: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const batcher = new Batcher<number, number>({
    largest: 4,
    mostWaiting: 8,
    atOnce: 2,
    patience: 0,
    keyOf: (item) => (item < 100 ? "small" : "large"),
    run: (items) =>
      new Promise((resolve, reject) =>
        batches.push({
          items,
          end: (error) => (error ? reject(error) : resolve(items.map((item) => -item))),
        }),
      ),
    ...settings,
  });
  return { batcher, batches, itemsOf: () => batches.map(({ items }) => items) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a batcher", () => {
  test("puts what comes together into one batch, and gives each request its results", async () => {
    const { batcher, batches, itemsOf } = batcherOf();
    const [one, two] = [batcher.submit([1]), batcher.submit([2, 3])];
    await soon();
    expect(itemsOf()).toEqual([[1, 2, 3]]);
    batches[0]?.end();
    expect([await one, await two]).toEqual([[-1], [-2, -3]]);
  });

  test("divides what does not fit into batches, of which no more than two are at work", async () => {
    const { batcher, batches, itemsOf } = batcherOf({ mostWaiting: 20 });
    const all = batcher.submit([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await soon();
    expect(itemsOf()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    batches[1]?.end();
    await soon();
    expect(itemsOf()[2]).toEqual([9, 10]);
    for (const { end } of batches) end();
    expect(await all).toEqual([-1, -2, -3, -4, -5, -6, -7, -8, -9, -10]);
  });

  test("keeps items with different keys apart, in the order of the first of each", async () => {
    const { batcher, itemsOf } = batcherOf();
    void batcher.submit([1, 100, 2, 200]);
    await soon();
    expect(itemsOf()).toEqual([
      [1, 2],
      [100, 200],
    ]);
  });

  test("waits for others as long as it is told to, and no longer than a batch is full", async () => {
    const { batcher, itemsOf } = batcherOf({ patience: 60_000 });
    void batcher.submit([1]);
    await soon();
    expect(itemsOf()).toEqual([]);
    void batcher.submit([2, 3, 4]);
    await soon();
    expect(itemsOf()).toEqual([[1, 2, 3, 4]]);
  });

  test("refuses what does not fit its queue, with the time after which to try again, and takes nothing of it", async () => {
    const { batcher, batches } = batcherOf({ largest: 1, mostWaiting: 3 });
    const first = batcher.submit([1, 2]);
    await soon();
    const waiting = batcher.submit([3, 4]);
    const refused = await batcher.submit([5, 6]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "busy", status: 503, retryAfter: 1 });
    expect(refused).toBeInstanceOf(RequestFailure);
    expect(batcher.waiting).toBe(2);
    for (const { end } of batches) end();
    await soon();
    for (const { end } of batches) end();
    expect([await first, await waiting]).toEqual([
      [-1, -2],
      [-3, -4],
    ]);
    await expect(batcher.submit([1, 2, 3, 4])).rejects.toMatchObject({ code: "too_large" });
  });

  test("computes nothing for a client that has gone", async () => {
    const { batcher, batches, itemsOf } = batcherOf({ largest: 1 });
    const controller = new AbortController();
    void batcher.submit([1, 2]);
    await soon();
    const left = batcher.submit([3], controller.signal);
    controller.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    for (const { end } of batches) end();
    await soon();
    expect(itemsOf()).toEqual([[1], [2]]);
  });

  test("rejects all of a batch that fails, and goes on", async () => {
    const { batcher, batches } = batcherOf();
    const failing = [batcher.submit([1]), batcher.submit([2])];
    await soon();
    batches[0]?.end(new Error("no engine"));
    for (const each of failing) await expect(each).rejects.toThrow("no engine");
    const next = batcher.submit([3]);
    await soon();
    batches[1]?.end();
    expect(await next).toEqual([-3]);
  });

  test("is drained when all that was submitted has its results, and then refuses more", async () => {
    const { batcher, batches } = batcherOf({ patience: 60_000 });
    const last = batcher.submit([1]);
    let isDrained = false;
    const drained = batcher.drain().then(() => (isDrained = true));
    await expect(batcher.submit([2])).rejects.toMatchObject({ code: "ending", status: 503 });
    await soon();
    expect(isDrained).toBe(false);
    batches[0]?.end();
    expect(await last).toEqual([-1]);
    await drained;
  });
});
