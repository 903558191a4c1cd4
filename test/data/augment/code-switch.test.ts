import { describe, expect, test } from "vitest";
import { type Dictionary, readDictionary } from "../../../runtime/data/augment/dictionary.ts";
import { switchWords } from "../../../runtime/data/augment/switch-words.ts";
import type { Data, ReaderDraw } from "../../../runtime/data/data.ts";
import { openData } from "../../../runtime/data/open-data.ts";
import { generator } from "../../../runtime/random/generator.ts";
import { programOf } from "../../mbt/support.ts";
import { folderWith } from "../fixture.ts";

const rows = [
  ["red", "de", "rot"],
  ["red", "de", "feuerrot"],
  ["red", "fr", "rouge"],
  ["red apple", "de", "roter Apfel"],
  ["Dog", "de", "Hund"],
];
const tsv = ["word\tlanguage\ttranslation", ...rows.map((row) => row.join("\t"))].join("\n");

async function dictionary(content = tsv): Promise<Dictionary> {
  const root = await folderWith({ "dictionary.tsv": content });
  return readDictionary({ path: `${root}/dictionary.tsv`, name: "dictionary.tsv" });
}

const always = { sentences: 1, words: 1 };
const random = (seed: number) => generator(seed, "test");

describe("words", () => {
  test("are replaced by any language of the word with equal probability, and by any of its translations in it", async () => {
    const words = await dictionary();
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const switched = switchWords("red", words, always, random(seed));
      counts.set(switched, (counts.get(switched) ?? 0) + 1 / 4000);
    }
    expect([...counts.keys()].toSorted()).toEqual(["feuerrot", "rot", "rouge"]);
    expect(counts.get("rouge")).toBeCloseTo(1 / 2, 1);
    expect(counts.get("rot")).toBeCloseTo(1 / 4, 1);
  });

  test("are found whatever their case, whole, as the longest phrase, and all else stays", async () => {
    const words = await dictionary();
    expect(switchWords("A DOG’s bed; the dog, reddish!", words, always, random(1))).toBe(
      "A DOG’s bed; the Hund, reddish!",
    );
    expect(switchWords("(red  Apple)", words, always, random(1))).toBe("(roter Apfel)");
  });

  test("are replaced at the rate of sentences times that of words, within three standard errors", async () => {
    const words = await dictionary("word\tlanguage\ttranslation\na\tde\tb");
    const [texts, each, share] = [2000, 5, 0.8 * 0.3];
    let replaced = 0;
    for (let seed = 0; seed < texts; seed++)
      replaced += switchWords("a a a a a", words, { sentences: 0.8, words: 0.3 }, random(seed)).split("b").length - 1;
    // The words of a text are left together with probability 0.2, so their sum varies more than that of independent words.
    const variance = each * 0.8 * 0.3 * 0.7 + each ** 2 * 0.3 ** 2 * 0.8 * 0.2;
    expect(Math.abs(replaced / texts - each * share)).toBeLessThan(3 * Math.sqrt(variance / texts));
  });

  test("are a given number of them with `count`", async () => {
    const words = await dictionary("word\tlanguage\ttranslation\na\tde\tb");
    for (let seed = 0; seed < 50; seed++) {
      expect(switchWords("a a a a x", words, { ...always, count: 1 }, random(seed)).split("b")).toHaveLength(2);
      expect(switchWords("a a x", words, { ...always, count: 3 }, random(seed))).toBe("b b x");
    }
  });

  test("stay with a rate of 0, and where the dictionary has none", async () => {
    const words = await dictionary();
    expect(switchWords("red  dog ", words, { sentences: 0, words: 1 }, random(1))).toBe("red  dog ");
    expect(switchWords("red  dog ", words, { sentences: 1, words: 0 }, random(1))).toBe("red  dog ");
    expect(switchWords(" grün\tÄpfel", words, always, random(1))).toBe(" grün\tÄpfel");
  });
});

describe("a task that switches", () => {
  const specification = (augment: string) =>
    programOf(`
      modality words: text(max_length: 24, tokenizer: characters(64))
      task kind { from: mean(words -> embed(4)) -> linear(2)  target: category("kind", classes: 2)  ${augment} }
      dataset texts { path: "texts.jsonl"  split: { column: "split" }  tasks: [kind] }
      stage fit { optimizer: adam(rate: 1e-2)  batch: 4  epochs: 1 }`).specification;
  const on = (options: string) => `augment: code_switch("dictionary.tsv", ${options})`;
  const texts = ["a red dog", "no word of it", "dog dog dog", "red red"].map((words, row) => ({
    words,
    kind: row % 2 === 0 ? "x" : "y",
  }));
  const lines = ["train", "validation"].flatMap((split) => texts.map((row) => JSON.stringify({ ...row, split })));
  const open = async (augment: string, content = tsv): Promise<Data> =>
    openData({
      specification: specification(augment),
      root: await folderWith({ "texts.jsonl": lines.join("\n"), "dictionary.tsv": content }),
      cache: "none",
    });
  const draw: ReaderDraw = { seed: 1, stage: "fit", epoch: 0 };
  const ids = async (
    data: Data,
    wanted: readonly number[],
    drawn?: ReaderDraw,
    split: "train" | "validation" = "train",
  ) => {
    const batch = await data.batch({ task: "kind", split, rows: wanted, size: 4, ...(drawn ? { draw: drawn } : {}) });
    const all = [...(batch.features.get("words.ids") ?? [])];
    return wanted.map((_, at) => all.slice(at * 24, (at + 1) * 24));
  };

  test("draws for an example of an epoch, whatever the batch, and leaves evaluation as it is", async () => {
    const [data, plain] = [await open(on("words: 50%")), await open("")];
    const first = await ids(data, [0, 1, 2, 3], draw);
    expect((await ids(data, [3, 2, 1, 0], draw)).toReversed()).toEqual(first);
    expect(await ids(data, [0, 1, 2, 3], { ...draw, epoch: 1 })).not.toEqual(first);
    expect(await ids(data, [0, 1, 2, 3], undefined, "validation")).toEqual(
      await ids(data, [0, 1, 2, 3], undefined, "train"),
    );
    expect(first[1]).toEqual((await ids(data, [1]))[0]);
    await data.close();
    await plain.close();
  });

  test("has the bytes of one that does not with a rate of 0, but for the vocabulary", async () => {
    const [never, plain] = [await open(on("words: 0%")), await open(on("sentences: 0%"))];
    expect(await ids(never, [0, 1, 2, 3], draw)).toEqual(await ids(plain, [0, 1, 2, 3]));
    await never.close();
    await plain.close();
  });

  test("learns the tokens of the translations", async () => {
    const [data, plain] = [await open(on('languages: ["de"]')), await open("")];
    const known = (of: Data) => JSON.stringify(of.preprocessing.tokenizers["words"]);
    // Only the German translation of the dog has a capital H.
    expect(known(data)).toContain('"H"');
    expect(known(plain)).not.toContain('"H"');
    await data.close();
    await plain.close();
  });

  test.each([
    ["word\tlanguage\nred\tde", /has no column "translation"/],
    ["word\tlanguage\ttranslation\nred\tde\t", /has no text in row 2, column "translation"/],
    ["word\tlanguage\ttranslation\nred\tfr\trouge", /has no translation into "de"/],
  ])("names the fault of a dictionary: %j", async (content, message) => {
    await expect(open(on('languages: ["de"]'), content)).rejects.toThrow(message);
  });
});
