import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type SharedState, fragmentOf, fragmentOfExample, readFragment } from "../../playground/state/url-state.ts";

test("a link gives back any text, settings and seed", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 400 });
  const anything = fc.record(
    {
      name: fc.constant("mbt.mtl"),
      files: fc.record(
        { "mbt.mtl": text, "my-model_2.mtl": text, "blöcke/für alles.mtl": text },
        { requiredKeys: ["mbt.mtl"] },
      ),
      example: fc.constantFrom("mbt", "digit_reader"),
      set: fc.dictionary(fc.constantFrom("width", "sees"), fc.string({ maxLength: 8 })),
      seed: fc.nat(),
    },
    { requiredKeys: ["name", "files"] },
  );
  await fc.assert(
    fc.asyncProperty(anything, async (state) => {
      const fragment = await fragmentOf(state);
      expect(fragment).toMatch(/^#1\.[\w-]+$/u);
      expect(await readFragment(fragment)).toEqual({ kind: "state", state });
    }),
    { numRuns: 30 },
  );
});

test("an address names an example, or says nothing", async () => {
  expect(await readFragment(fragmentOfExample("mt_dnn"))).toEqual({ kind: "example", name: "mt_dnn" });
  expect(await readFragment("")).toEqual({ kind: "empty" });
});

test("a link that was cut off, or that is no state, is told from one that is", async () => {
  const linkTo = (files: Readonly<Record<string, string>>): Promise<string> => fragmentOf({ name: "mbt.mtl", files });
  const whole = await linkTo({ "mbt.mtl": "model emoji_mbt" });
  const others = ["../../etc/passwd", "../x.mtl", "a/../../x.mtl", "/x.mtl", "c:\\x.mtl", "mtl:prelude/x.mtl"];
  const hostile = await Promise.all(others.map((path) => linkTo({ "mbt.mtl": "model x", [path]: "" })));
  const lacking = await linkTo({ "other.mtl": "model x" });
  const long = await linkTo({ "mbt.mtl": " ".repeat(600_000), "other.mtl": " ".repeat(600_000) });
  for (const hash of [whole.slice(0, -6), "#1.", "#1.%%%", "#2.abc", ...hostile, lacking, long])
    expect(await readFragment(hash)).toEqual({ kind: "unreadable" });
});

test("a link of the page when it had one text only still opens", async () => {
  const former = { name: "mbt.mtl", text: "model emoji_mbt", seed: 3 };
  const state = { name: "mbt.mtl", files: { "mbt.mtl": "model emoji_mbt" }, seed: 3 };
  const link = await fragmentOf(former as unknown as SharedState);
  expect(await readFragment(link)).toEqual({ kind: "state", state });
});
