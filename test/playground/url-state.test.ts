import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fragmentOf, fragmentOfExample, readFragment } from "../../playground/state/url-state.ts";

test("a link gives back any text, settings and seed", async () => {
  const anything = fc.record(
    {
      name: fc.constantFrom("mbt.mtl", "my-model_2.mtl"),
      text: fc.string({ unit: "grapheme", maxLength: 400 }),
      example: fc.constantFrom("mbt", "digit_reader"),
      set: fc.dictionary(fc.constantFrom("width", "sees"), fc.string({ maxLength: 8 })),
      seed: fc.nat(),
    },
    { requiredKeys: ["name", "text"] },
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
  const fragment = await fragmentOf({ name: "mbt.mtl", text: "model emoji_mbt" });
  const hostile = await fragmentOf({ name: "../../etc/passwd", text: "model x" });
  for (const hash of [fragment.slice(0, -6), "#1.", "#1.%%%", "#2.abc", hostile])
    expect(await readFragment(hash)).toEqual({ kind: "unreadable" });
});
