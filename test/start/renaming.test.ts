import { describe, expect, test } from "vitest";
import { renamed, renamedKeys, wildcardsAgree } from "../../compiler/stage/renaming.ts";

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
    ["bert/pooler:0", "bert/*:0", "pooler.*", "pooler.pooler"],
  ])("%s by %s -> %s", (name, from, to, expected) => {
    expect(renamed(name, { from, to })).toBe(expected);
  });

  test("many wildcards over a long name are no more work than their lengths", () => {
    const renaming = { from: `${"*a".repeat(60)}b`, to: `${"*c".repeat(60)}d` };
    expect(renamed("a".repeat(900), renaming)).toBeUndefined();
    expect(renamed(`${"a".repeat(900)}b`, renaming)).toBe(`${"a".repeat(781)}c${"ac".repeat(59)}d`);
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
