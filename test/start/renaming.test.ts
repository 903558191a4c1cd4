import { describe, expect, test } from "vitest";
import { inverse, renamed, renamedKeys, wildcardsAgree } from "../../compiler/stage/renaming.ts";

describe("renamed", () => {
  test.each([
    ["encoder.0.kernel", "encoder.**", "trunk.**", "trunk.0.kernel"],
    ["encoder", "encoder.**", "trunk.**", "trunk"],
    ["encoder.0.kernel", "encoder.*", "trunk.*", undefined],
    ["encoders.0", "encoder.**", "trunk.**", undefined],
    [
      "bert.encoder.layer.3.attention.self.query.weight",
      "bert.encoder.layer.*.attention.self.*.weight",
      "read.transformer.*.attention.*.kernel",
      "read.transformer.3.attention.query.kernel",
    ],
    ["a.b.c.query.kernel", "**.query.kernel", "**.q.kernel", "a.b.c.q.kernel"],
    ["query.kernel", "**.query.kernel", "**.q.kernel", "q.kernel"],
    ["a.x.b.x.c", "**.x.**", "**.y.**", "a.y.b.x.c"],
    ["layer_12.w", "layer_*.w", "layers.*.kernel", "layers.12.kernel"],
    ["a(b.w", "a(b.w", "c", "c"],
    ["aXb", "a.b", "c", undefined],
    ["seen.0.3.kernel", "seen.*.*.kernel", "layer*+1.*+10.weight", "layer1.13.weight"],
    ["layer1.0.weight", "layer*.*.weight", "seen.*-1.*.kernel", "seen.0.0.kernel"],
    ["layer0.0.weight", "layer*.*.weight", "seen.*-1.*.kernel", undefined],
    ["seen.start.kernel", "seen.*.kernel", "layer*+1.weight", undefined],
    ["bert/pooler:0", "bert/*:0", "pooler.*", "pooler.pooler"],
  ])("%s by %s -> %s", (name, from, to, expected) => {
    expect(renamed(name, { from, to })).toBe(expected);
  });

  test("many wildcards over a long name are no more work than their lengths", () => {
    const renaming = { from: `${"*a".repeat(60)}b`, to: `${"*c".repeat(60)}d` };
    expect(renamed("a".repeat(900), renaming)).toBeUndefined();
    expect(renamed(`${"a".repeat(900)}b`, renaming)).toBe(`${"a".repeat(781)}c${"ac".repeat(59)}d`);
  });

  test.each([
    ["seen.0.3.kernel", { from: "seen.*.*.kernel", to: "layer*+1.*-2.weight" }],
    ["a.b.2.kernel", { from: "**.*.kernel", to: "x.**.layer*+1.weight" }],
  ])("what renames %s has an inverse", (name, renaming) => {
    const there = renamed(name, renaming) ?? expect.fail();
    expect(renamed(there, inverse(renaming))).toBe(name);
    expect(inverse(inverse(renaming))).toEqual(renaming);
  });

  test("both sides have the same wildcards in the same order", () => {
    expect(wildcardsAgree({ from: "a.*.b.**", to: "*.c.**" })).toBe(true);
    expect(wildcardsAgree({ from: "a.*", to: "b.**" })).toBe(false);
    expect(wildcardsAgree({ from: "**.a.*", to: "*.a.**" })).toBe(false);
    expect(wildcardsAgree({ from: "a", to: "b.*" })).toBe(false);
  });
});

describe("keys of a checkpoint under earlier names", () => {
  const renamings = [{ from: "old.**", to: "new.**" }];

  test("weights, states and slots are renamed alike", () => {
    expect(renamedKeys(["old.kernel", "state/old.mean", "first_moment/old.kernel", "other"], renamings)).toEqual(
      new Map([
        ["old.kernel", "new.kernel"],
        ["state/old.mean", "state/new.mean"],
        ["first_moment/old.kernel", "first_moment/new.kernel"],
      ]),
    );
  });

  test("where the new name is there already, the earlier one is another weight by now", () => {
    expect(renamedKeys(["old.kernel", "new.kernel"], renamings).size).toBe(0);
  });
});
