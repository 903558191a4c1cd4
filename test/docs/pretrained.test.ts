import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { weightMaps } from "../../compiler/prelude/weight-maps.ts";
import { compile, sound } from "../elaborate/harness.ts";
import { listingsOf } from "./listings.ts";

const page = readFileSync(join(packageRoot(), "docs/pretrained.md"), "utf8");
const listings = listingsOf(page).filter(({ language }) => language === "mtl");

/** The rows of the table under "What to declare": the map, and the code in the other columns. */
const rows = [...page.matchAll(/^\| `((?!as`)\w+)`[^|]*\| (.*) \| (.*) \|$/gmu)].map(
  ([, map = "", declared = "", input = ""]) => {
    const codeIn = (cell: string): string => /`([^`]+)`/u.exec(cell)?.[1] ?? "";
    return { map, declared: codeIn(declared), input: codeIn(input) };
  },
);

/** A vector of what a network gives. */
const results: { readonly [map: string]: string } = {
  gpt2: "given -> last_token",
  t5: "given -> last_token",
  resnet: "given -> as_tokens -> mean",
};

describe("the page about pretrained encoders", () => {
  test.each(listings.map((listing) => ({ title: listing.text.split("\n")[0] ?? "", ...listing })))(
    "$title",
    ({ text }) => {
      const { diagnostics } = compile(text);
      expect(diagnostics.map(({ message, help }) => `${message} ${help ?? ""}`)).toEqual([]);
    },
  );

  test("has a row for each map", () => {
    expect(new Set(rows.map(({ map }) => map))).toEqual(new Set(Object.keys(weightMaps)));
  });

  test.each(rows)("declares $map as $declared", ({ map, declared, input }) => {
    const modality = input.startsWith("image(")
      ? input
      : `text(${["max_length: 32", "tokenizer: word_piece(100)"].filter((each) => !input.includes(each.split(":")[0] ?? "")).join(", ")}, ${input})`;
    const program = sound(`model declared
modality given_input: ${modality}
stream given = given_input -> ${declared}
task t { from: ${results[map] ?? "given.pooled"}  head: linear(1)  target: number("y") }
dataset d { path: "d.jsonl"  tasks: [t] }
stage fit { init: from("model.safetensors", as: ${map})  optimizer: sgd(rate: 0.1)  steps: 1  batch: 1 }`);
    expect(program.specification.stages).toHaveLength(1);
  });
});
