import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ResolvedModality } from "../../compiler/schema/resolved.ts";
import { type ExampleSources, readExamples } from "../../cli/read-examples.ts";
import type { Io } from "../../cli/io.ts";
import type { TrainedModel } from "../../runtime/index.ts";
import { piecesOf } from "../../runtime/predict/row-sources.ts";
import { folderWith } from "./run.ts";

const words: ResolvedModality = {
  kind: "text",
  max_length: 8,
  tokenizer: { kind: "characters", size: 40 },
  segments: 1,
  separators: "between",
  lowercase: false,
};

const kinds = {
  passenger: { kind: "table", numeric: ["age"], categorical: [], missing: [] },
  wave: { kind: "series", steps: 3, channels: 1, keep: "last" },
  sound: { kind: "audio", seconds: 1, rate: 8000, features: { kind: "waveform", frame: 10 } },
  film: { kind: "video", frames: 2, height: 2, width: 2, channels: 1, fit: "contain", background: "white" },
  things: { kind: "regions", max_regions: 2, width: 2 },
} as const satisfies { readonly [name: string]: ResolvedModality };

type Given = Partial<ExampleSources>;

const sourceOf = (modalities: TrainedModel["modalities"], given: Given, cwd = "/here") =>
  readExamples({ modalities }, { files: [], inputs: [], inputFiles: [], ...given }, {
    stdin: Readable.from([]),
    cwd,
  } as unknown as Io);

/** The values of the examples, and their names in messages. */
async function examples(modalities: TrainedModel["modalities"], given: Given, cwd = "/here"): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { rows } of piecesOf(await sourceOf(modalities, given, cwd), {
    specification: { modalities },
    folder: cwd,
  }))
    found.push(...rows.map(({ values }) => values));
  return found;
}

describe("a value on a command line", () => {
  test("is JSON for numbers and cells, and a path or a text for inputs from files", async () => {
    const inputs = [
      'passenger={"age": 3}',
      "wave=[1, 2]",
      "sound=a.wav",
      "film=frames",
      'things={"features":[],"boxes":[]}',
    ];
    expect(await examples(kinds, { inputs })).toEqual([
      { passenger: { age: 3 }, wave: [1, 2], sound: "a.wav", film: "frames", things: '{"features":[],"boxes":[]}' },
    ]);
  });

  test("of a model of one input may be a file", async () => {
    const cwd = folderWith({ "wave.json": "[1, 2]" });
    expect(await examples({ wave: kinds.wave }, { files: ["wave.json"] }, cwd)).toEqual([{ wave: [1, 2] }]);
    for (const name of ["sound", "film", "things"] as const)
      expect(
        await examples({ [name]: kinds[name] }, { files: ["some.bin"] }, folderWith({ "some.bin": "" })),
        name,
      ).toEqual([{ [name]: "some.bin" }]);
  });

  test("may be the content of a file: text without byte order mark and the last line break, or JSON", async () => {
    const cwd = folderWith({ "said.txt": "\uFEFFa dog\n", "cells.json": '{"age": 3}' });
    expect(
      await examples(
        { words, passenger: kinds.passenger },
        { inputFiles: ["words=said.txt", "passenger=cells.json"] },
        cwd,
      ),
    ).toEqual([{ words: "a dog", passenger: { age: 3 } }]);
    await expect(sourceOf({ words }, { inputFiles: ["words=none.txt"] }, cwd)).rejects.toMatchObject({
      message: expect.stringContaining('"none.txt" does not exist') as string,
    });
  });

  test("that must be JSON and is not is refused", async () => {
    await expect(examples(kinds, { inputs: ["passenger=3 years"] })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("--input passenger is not JSON") as string,
    });
  });
});
