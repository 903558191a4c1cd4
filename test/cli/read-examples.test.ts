import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ResolvedModality } from "../../compiler/schema/resolved.ts";
import { readExamples } from "../../compiler/cli/read-examples.ts";
import type { Io } from "../../compiler/cli/io.ts";
import type { TrainedModel } from "../../runtime/index.ts";
import { folderWith } from "./run.ts";

const kinds = {
  passenger: { kind: "table", numeric: ["age"], categorical: {}, missing: [] },
  wave: { kind: "series", steps: 3, channels: 1, keep: "last" },
  sound: { kind: "audio", seconds: 1, rate: 8000, features: { kind: "waveform", frame: 10 } },
  film: { kind: "video", frames: 2, height: 2, width: 2, channels: 1, fit: "contain", background: "white" },
  things: { kind: "regions", most: 2, width: 2 },
} as const satisfies { readonly [name: string]: ResolvedModality };

async function examples(modalities: TrainedModel["modalities"], sources: { readonly files?: readonly string[]; readonly inputs?: readonly string[] }, cwd = "/here"): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const example of readExamples({ modalities }, { files: sources.files ?? [], inputs: sources.inputs ?? [] }, { stdin: Readable.from([]), cwd } as unknown as Io)) found.push(example);
  return found;
}

describe("a value on a command line", () => {
  test("is JSON for numbers and cells, and a path, or what it says, for what stands in files", async () => {
    const inputs = ['passenger={"age": 3}', "wave=[1, 2]", "sound=a.wav", "film=frames", 'things={"features":[],"boxes":[]}'];
    expect(await examples(kinds, { inputs })).toEqual([{ passenger: { age: 3 }, wave: [1, 2], sound: "a.wav", film: "frames", things: '{"features":[],"boxes":[]}' }]);
  });

  test("of a model of one input may be a file", async () => {
    const cwd = folderWith({ "wave.json": "[1, 2]" });
    expect(await examples({ wave: kinds.wave }, { files: ["wave.json"] }, cwd)).toEqual([{ wave: [1, 2] }]);
    for (const name of ["sound", "film", "things"] as const) expect(await examples({ [name]: kinds[name] }, { files: ["some/path"] }), name).toEqual([{ [name]: "/here/some/path" }]);
  });

  test("that is no JSON where it must be is refused", async () => {
    await expect(examples(kinds, { inputs: ["passenger=3 years"] })).rejects.toMatchObject({ kind: "data", message: expect.stringContaining("--input passenger is not JSON") as string });
  });
});
