import { mkdtemp, rm } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileProgram } from "../../compiler/program.ts";
import { prepareBirdstrikes } from "../../examples/data/birdstrikes.ts";
import { prepareBrown } from "../../examples/data/brown-passages.ts";
import { prepareDefinitions } from "../../examples/data/definitions.ts";
import { prepareDigits } from "../../examples/data/digits.ts";
import { prepareEmoji } from "../../examples/data/emoji.ts";
import { prepareNumbers } from "../../examples/data/numbers.ts";
import { prepareOmninet } from "../../examples/data/omninet.ts";
import { preparePronunciations } from "../../examples/data/pronunciations.ts";
import { prepareLanguages } from "../../examples/data/languages.ts";
import { prepareCanvases } from "../../examples/data/canvases.ts";
import { prepareScenes } from "../../examples/data/scenes.ts";
import { prepareTexts } from "../../examples/data/texts.ts";
import { prepareUneven } from "../../examples/data/uneven.ts";
import { parse } from "../../grammar/parse.ts";
import { type Prediction, type RawExample, load, train } from "../../runtime/index.ts";
import { copyWithFewerRows } from "./fewer-rows.ts";
import { prepareLittleEnglish } from "./little-english.ts";
import { prepareLittleNames } from "./little-names.ts";

const folder = join(packageRoot(), "examples");
const data = (name: string): string => join(folder, "data", name);

interface ExampleCase {
  /** Prepares the data in the repository, or in the folder of the copy that is trained. */
  readonly prepare: (copy: string) => Promise<unknown>;
  /** The example from whose run this one starts. */
  readonly after?: string;
  /** For each task, an example and a sign that the prediction is one of it. */
  readonly predictions: {
    readonly [task: string]: {
      readonly example: RawExample | (() => RawExample);
      readonly holds: (prediction: Prediction, classes: readonly string[]) => boolean;
    };
  };
}

const canvasOf = () =>
  JSON.parse(readFileSync(join(data("canvases"), "canvases.jsonl"), "utf8").split("\n")[0] ?? "") as {
    readonly photo: string;
    readonly question: string;
  };
const holdsClass = (prediction: Prediction, classes: readonly string[]): boolean =>
  prediction.kind === "category" && classes.includes(prediction.class);
const holdsText = (prediction: Prediction): boolean => prediction.kind === "sequence" && prediction.probability > 0;
const holdsPair = (prediction: Prediction): boolean =>
  prediction.kind === "contrastive" && Math.abs(prediction.score) <= 1.001;

/** A column of the first row of a table. */
function firstRowOf(table: string, column: string): { readonly [column: string]: string } {
  const row = JSON.parse(readFileSync(data(table), "utf8").split("\n")[0] ?? "") as Record<string, string>;
  return { [column]: row[column] ?? "" };
}

const strike: RawExample = {
  flight: {
    airport: "NASHVILLE INTL",
    aircraft: "B-727",
    airline: "FEDEX EXPRESS",
    state: "Tennessee",
    month: "10",
    species: "Barn owl",
  },
};
const scene = "data/scenes/regions/test-0.json";
const cases: { readonly [name: string]: ExampleCase } = {
  "adapters.mtl": {
    prepare: () => Promise.all([prepareDefinitions(data("definitions")), prepareTexts(data("texts"))]),
    predictions: {
      rare: { example: { words: "a large wild cat" }, holds: holdsClass },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsClass },
      noun: { example: { words: "a feeling of great happiness" }, holds: holdsClass },
    },
  },
  "base.mtl": {
    prepare: prepareLittleEnglish,
    // The gap is filled, and everything else stays.
    predictions: {
      fill: {
        example: { words: ["a young [MASK]", "puppy"] },
        holds: (prediction) => prediction.kind === "masked" && prediction.tokens.length === 1,
      },
    },
  },
  "ca_mtl.mtl": {
    prepare: () =>
      Promise.all([prepareBrown(data("brown")), prepareTexts(data("texts")), prepareUneven(data("uneven"))]),
    predictions: {
      sense: { example: { words: ["bank: the bank of the river", "a bank lends money"] }, holds: holdsClass },
      genre: { example: { words: "He said nothing." }, holds: holdsClass },
      spam: { example: { words: ["Free!", "Click here"] }, holds: holdsClass },
      valence: {
        example: { words: ["joy", "the emotion of great happiness"] },
        holds: (prediction) => prediction.kind === "number" && Number.isFinite(prediction.value),
      },
    },
  },
  "captioner.mtl": {
    prepare: () => Promise.all([prepareDigits(data("digits")), prepareNumbers(data("numbers"))]),
    after: "digit_reader.mtl",
    predictions: {
      caption: {
        example: () => firstRowOf("numbers/numbers.jsonl", "picture"),
        holds: holdsText,
      },
    },
  },
  "clip.mtl": {
    prepare: () => prepareEmoji(data("emoji")),
    predictions: {
      same: {
        example: { drawing: "data/emoji/svg/noto/1f98a.svg", other: "data/emoji/svg/twemoji/1f98a.svg" },
        holds: holdsPair,
      },
      named: { example: { drawing: "data/emoji/svg/noto/1f98a.svg", name: "fox" }, holds: holdsPair },
    },
  },
  "digit_reader.mtl": {
    prepare: () => prepareDigits(data("digits")),
    predictions: {
      digit: {
        example: () => ({ picture: firstRowOf("digits/digits.jsonl", "pixels")["pixels"] ?? "" }),
        holds: holdsClass,
      },
    },
  },
  "hypergrid_text.mtl": {
    prepare: () => Promise.all([prepareTexts(data("texts")), prepareUneven(data("uneven"))]),
    predictions: {
      genre: { example: { words: "He said nothing." }, holds: holdsText },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsText },
      spam: { example: { words: ["Free!", "Click here"] }, holds: holdsText },
    },
  },
  "hypergrid.mtl": {
    prepare: () => Promise.all([prepareTexts(data("texts")), prepareUneven(data("uneven"))]),
    predictions: {
      genre: { example: { words: "He said nothing." }, holds: holdsClass },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsClass },
      spam: { example: { words: ["Free!", "Click here"] }, holds: holdsClass },
      valence: {
        example: { words: ["joy", "the emotion of great happiness"] },
        holds: (prediction) => prediction.kind === "number" && Number.isFinite(prediction.value),
      },
    },
  },
  "m3p.mtl": {
    prepare: (copy) => prepareLittleNames(data("emoji"), copy),
    predictions: {
      detect: { example: { drawing: "data/emoji/svg/noto/1f98a.svg" }, holds: holdsClass },
      match: {
        example: { caption: "fox", drawing: "data/emoji/svg/noto/1f98a.svg" },
        holds: (prediction) => prediction.kind === "matching" && Number.isFinite(prediction.score),
      },
      find_german: {
        example: { caption: "Fuchs", drawing: "data/emoji/svg/noto/1f98a.svg" },
        holds: (prediction) => prediction.kind === "contrastive" && Math.abs(prediction.score) <= 1.001,
      },
    },
  },
  "madx.mtl": {
    prepare: () => prepareLanguages(data("languages")),
    predictions: {
      group_english: { example: { words: "fox face animal" }, holds: holdsClass },
      group_german: { example: { words: "Fuchs Gesicht Tier" }, holds: holdsClass },
    },
  },
  "mbt.mtl": {
    prepare: () => prepareEmoji(data("emoji")),
    predictions: { group: { example: { drawing: "data/emoji/svg/noto/1f98a.svg", name: "fox" }, holds: holdsClass } },
  },
  "mt_dnn_distilled.mtl": {
    prepare: () => prepareTexts(data("texts")),
    predictions: {
      genre: { example: { words: "The jury said so." }, holds: holdsClass },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsClass },
    },
  },
  "omninet.mtl": {
    prepare: () => prepareOmninet(data("omninet")),
    predictions: {
      describe: { example: { scene: "data/omninet/scenes/fox-above-cat-0.svg" }, holds: holdsText },
      tag: { example: { words: "The jury said so ." }, holds: holdsText },
      answer: {
        example: { scene: "data/omninet/scenes/fox-above-cat-0.svg", words: "what is below ?" },
        holds: holdsClass,
      },
      motion: {
        example: { clip: [0, 1, 2, 3].map((time) => `data/omninet/videos/fox-0-right/${time}.svg`) },
        holds: holdsClass,
      },
    },
  },
  "perceiver.mtl": {
    prepare: () => prepareDigits(data("digits")),
    predictions: { digit: { example: () => firstRowOf("digits/digits.jsonl", "pixels"), holds: holdsClass } },
  },
  "perceiver_io.mtl": {
    prepare: () => prepareBrown(data("brown")),
    // The gap is filled, and everything else stays.
    predictions: {
      fill: {
        example: { text: "The jury sai[MASK] so." },
        holds: (prediction) =>
          prediction.kind === "masked" &&
          prediction.tokens.length === 1 &&
          /^The jury sai.* so\.$/su.test(prediction.text),
      },
    },
  },
  "unit.mtl": {
    prepare: () => Promise.all([prepareCanvases(data("canvases")), prepareTexts(data("texts"))]),
    predictions: {
      detect: {
        example: () => ({ photo: canvasOf().photo }),
        holds: (prediction, classes) =>
          prediction.kind === "boxes" && prediction.boxes.every((box) => classes.includes(box.class)),
      },
      count: { example: () => ({ photo: canvasOf().photo, words: canvasOf().question }), holds: holdsClass },
      genre: { example: { words: "He said nothing." }, holds: holdsClass },
    },
  },
  "perceiver_io_modalities.mtl": {
    prepare: () => prepareEmoji(data("emoji")),
    // All 144 patches of 12 numbers are decoded, of which training decodes a quarter.
    predictions: {
      redraw: {
        example: { drawing: "data/emoji/svg/noto/1f98a.svg", name: "fox" },
        holds: (prediction) =>
          prediction.kind === "reconstruct" &&
          prediction.values.length === 144 * 12 &&
          prediction.values.every(Number.isFinite),
      },
      group: { example: { drawing: "data/emoji/svg/noto/1f98a.svg", name: "fox" }, holds: holdsClass },
    },
  },
  "pronounce.mtl": {
    prepare: () => preparePronunciations(data("pronunciations")),
    predictions: {
      pronounce: { example: { word: "cat" }, holds: holdsText },
    },
  },
  "stop_and_go.mtl": {
    prepare: () => Promise.all([prepareTexts(data("texts")), prepareUneven(data("uneven"))]),
    predictions: {
      genre: { example: { words: "He said nothing." }, holds: holdsClass },
      valence: {
        example: { words: ["joy", "the emotion of great happiness"] },
        holds: (prediction) => prediction.kind === "number" && Number.isFinite(prediction.value),
      },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsClass },
    },
  },
  "twelve_in_one.mtl": {
    prepare: () => prepareScenes(data("scenes")),
    predictions: {
      answer: {
        example: { words: "how many animals are there", photo: scene },
        holds: (prediction) => prediction.kind === "labels" && Object.keys(prediction.probabilities).includes("yes"),
      },
      refer: {
        example: { words: "the left animal", photo: scene },
        holds: (prediction) =>
          prediction.kind === "choice" && prediction.scores.length > 3 && prediction.region < prediction.scores.length,
      },
      match: {
        example: { words: "a bear at the top left", photo: scene },
        holds: (prediction) => prediction.kind === "matching" && Number.isFinite(prediction.score),
      },
    },
  },
  "strikes.mtl": {
    prepare: () => prepareBirdstrikes(data("birdstrikes")),
    predictions: {
      phase: { example: strike, holds: holdsClass },
      time: { example: strike, holds: holdsClass },
      damage: { example: strike, holds: holdsClass },
      speed: {
        example: strike,
        holds: (prediction) => prediction.kind === "number" && Number.isFinite(prediction.value),
      },
    },
  },
  "mt_dnn.mtl": {
    prepare: () => prepareTexts(data("texts")),
    predictions: {
      genre: { example: { words: "He said nothing." }, holds: holdsClass },
      relation: { example: { words: ["a young dog", "a young animal"] }, holds: holdsClass },
      similarity: {
        example: { words: ["a young dog", "a young cat"] },
        holds: (prediction) => prediction.kind === "number" && Number.isFinite(prediction.value),
      },
      kind: {
        example: { words: ["dog", ["a large cat", "a hound with long ears", "a sea bird"]] },
        holds: (prediction) =>
          prediction.kind === "ranking" && [0, 1, 2].every((place) => prediction.order.includes(place)),
      },
    },
  },
};

test("every example is tried", () => {
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith(".mtl"))
      .toSorted(),
  ).toEqual(Object.keys(cases).toSorted());
});

describe.each(Object.entries(cases))("%s", (name, { prepare, after, predictions }) => {
  const path = join(folder, name);
  let copy = "";

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "mtl-examples-"));
    await prepare(copy);
  }, 60_000);
  afterAll(() => rm(copy, { recursive: true, force: true }));

  test("compiles without a diagnostic", () => {
    expect(compileProgram({ entry: path, host: createNodeHost() }).diagnostics).toEqual([]);
  });

  test("stands as the formatter would write it", () => {
    const source = readFileSync(path, "utf8");
    expect(printSpecification(parse(source, path).tree, { source })).toBe(source);
  });

  test("trains a little on its data, and predicts", async () => {
    const trained = (file: string) =>
      train({ specification: copyWithFewerRows(folder, file, copy), runs: join(copy, "runs"), steps: 4 });
    if (after !== undefined) await trained(after);
    const { folder: run, results } = await trained(name);
    expect(results.map(({ value }) => Number.isFinite(value))).not.toContain(false);
    const model = await load(run, { folder: copy });
    for (const [task, { example, holds }] of Object.entries(predictions)) {
      expect(
        holds(
          await model.predict(typeof example === "function" ? example() : example, { task }),
          model.classes[task] ?? [],
        ),
      ).toBe(true);
    }
    await model.dispose();
  }, 180_000);
});

describe("hypergrid.mtl", () => {
  test.each(["task", "own", "plain"])("compiles with condition=%s", (condition) => {
    expect(
      compileProgram({ entry: join(folder, "hypergrid.mtl"), host: createNodeHost(), set: { condition } }).diagnostics,
    ).toEqual([]);
  });
});

describe("mbt.mtl", () => {
  test.each(["both", "drawing", "name"])("compiles with sees=%s", (sees) => {
    expect(
      compileProgram({ entry: join(folder, "mbt.mtl"), host: createNodeHost(), set: { sees } }).diagnostics,
    ).toEqual([]);
  });
});

describe("strikes.mtl", () => {
  test.each(["hard", "separate", "cross_stitch", "mtan", "mmoe", "ple"])(
    "compiles with architecture=%s",
    (architecture) => {
      expect(
        compileProgram({ entry: join(folder, "strikes.mtl"), host: createNodeHost(), set: { architecture } })
          .diagnostics,
      ).toEqual([]);
    },
  );
});
