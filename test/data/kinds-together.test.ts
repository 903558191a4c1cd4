import { readdir, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { join } from "node:path";
import { openData } from "../../runtime/data/open-data.ts";
import type { Data } from "../../runtime/data/data.ts";
import { wav } from "../../runtime/synth/wav.ts";
import { folderWith } from "./fixture.ts";

/** Three tasks over two data sets; a sound that some rows lack. */
const model = `model clinic
modality patient: table(numeric: ["age"], categorical: { ward: 3 })
modality pulse: series(steps: 4)
modality cough: audio(0.05, rate: 4000, features: log_mel(mels: 8))
stream known = patient -> embed_columns(8)
stream measured = pulse -> linear(8)
stream heard = cough -> linear(8)

task risk { uses: [patient, optional cough]  from: mean(concat(known, optional heard))  head: linear(2)  target: category("risk", classes: ["low", "high"]) }
task days { from: mean(known)  head: linear(1)  target: number("days") }
task rhythm { from: mean(measured)  head: linear(2)  target: category("rhythm", classes: ["even", "odd"]) }

dataset visits { path: "visits.csv"  bad_rows: report  split: { column: "set" }  tasks: [risk, days] }
dataset beats { path: "beats.jsonl"  bad_rows: report  split: { column: "set" }  tasks: [rhythm] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 2  epochs: 1 }
`;

const tone = wav([Float32Array.from({ length: 200 }, (_, at) => Math.sin(at))], 4000);

async function opened(): Promise<Data> {
  const visits = [
    "age,ward,cough,risk,days,set",
    "10,a,a.wav,low,,train",
    "30,b,,high,4,train",
    "50,b,,,9,train",
    "90,,,,,train",
    "70,c,a.wav,low,3,test",
    "old,a,,low,3,test",
  ];
  const beats = [
    { pulse: [1, 2], rhythm: "even", set: "train" },
    { pulse: [3], rhythm: null, set: "train" },
    { pulse: [3, 5, 4], rhythm: "odd", set: "train" },
    { rhythm: "odd", set: "test" },
  ];
  const root = await folderWith({
    "model.mtl": model,
    "a.wav": tone,
    "visits.csv": visits.join("\n"),
    "beats.jsonl": beats.map((row) => JSON.stringify(row)).join("\n"),
  });
  return openData({ specification: compileFile(join(root, "model.mtl")).program.specification, root, cache: "none" });
}

test("what is decoded from files is the same from the cache, until a file changes", async () => {
  const spec = `model m
modality cough: audio(0.05, rate: 4000, features: log_mel(mels: 8))
modality film: video(frames: 2, height: 2, width: 2)
modality found: regions(max_regions: 2, width: 1)
task t { from: mean(cough -> linear(4)) + mean(film -> tubelets(1) -> linear(4)) + mean(found -> embed_regions(4))  head: linear(1)  target: number("y") }
dataset d { path: "d.jsonl"  split: { column: "set" }  tasks: [t] }
stage fit { optimizer: adamw(rate: 1e-2)  epochs: 1 }
`;
  const picture = (level: number): Promise<Uint8Array> =>
    sharp({ create: { width: 2, height: 2, channels: 3, background: { r: level, g: 0, b: 0 } } })
      .png()
      .toBuffer();
  const row = JSON.stringify({ cough: "a.wav", film: "frames", found: "r.json", y: 1, set: "train" });
  const root = await folderWith({
    "m.mtl": spec,
    "d.jsonl": row,
    "a.wav": tone,
    "frames/1.png": await picture(9),
    "r.json": '{"features":[[7]],"boxes":[[0,0,1,1]]}',
  });
  const { specification } = compileFile(join(root, "m.mtl")).program;
  const read = async (
    cache: "none" | { readonly folder: string },
  ): Promise<Readonly<Record<string, readonly number[]>>> => {
    const data = await openData({ specification, root, cache });
    const { features } = await data.batch({ task: "t", split: "train", rows: [0], size: 1 });
    await data.close();
    return Object.fromEntries([...features].map(([name, values]) => [name, [...values]]));
  };
  const cache = { folder: join(root, "cache") };
  const expected = await read("none");
  expect(expected["film"]?.slice(0, 3)).toEqual([9, 0, 0]);
  expect([await read(cache), await read(cache)]).toEqual([expected, expected]);
  expect(new Set((await readdir(cache.folder)).map((name) => name.split("-")[0]))).toEqual(
    new Set(["audio", "regions", "video"]),
  );
  await writeFile(join(root, "frames/1.png"), await picture(200));
  await writeFile(join(root, "r.json"), '{"features":[[8]],"boxes":[[0,0,1,1]]}');
  const changed = await read(cache);
  expect([changed["film"]?.[0], changed["found"]?.[0]]).toEqual([200, 8]);
});

describe("tasks with data sets of their own", () => {
  test("have the rows that have their target, whatever the others lack", async () => {
    const data = await opened();
    const rows = Object.fromEntries(
      ["risk", "days", "rhythm"].map((task) => [task, [data.rows(task, "train"), data.rows(task, "test")]]),
    );
    expect(rows).toEqual({ risk: [2, 1], days: [2, 1], rhythm: [2, 0] });
    expect(data.problems.map(({ file, row, column }) => [file, row, column])).toEqual(
      expect.arrayContaining([
        ["visits.csv", 7, "age, ward"],
        ["beats.jsonl", 4, "pulse"],
      ]),
    );
  });

  test("learn about an input from the training rows that some task of theirs can use", async () => {
    const { preprocessing } = await opened();
    // The row of 90 years has no target, that of 70 is a test; the series without a rhythm is nobody's.
    expect(preprocessing.statistics?.["patient.numbers"]?.means).toEqual([30]);
    expect(preprocessing.categories).toEqual({ patient: { ward: ["b", "a"] } });
    expect(preprocessing.statistics?.["pulse"]?.means).toEqual([3]);
    expect(preprocessing.statistics?.["cough"]?.means).toHaveLength(8);
  });

  test("read one row with and one without an optional sound in one batch", async () => {
    const data = await opened();
    const { features } = await data.batch({ task: "risk", split: "train", rows: [1, 0], size: 2 });
    expect([...(features.get("cough.present") ?? [])]).toEqual([0, 1]);
    const sound = features.get("cough") ?? new Float32Array();
    expect(sound.subarray(0, sound.length / 2).every((value) => value === 0)).toBe(true);
    expect([...(features.get("cough.mask") ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    const days = await data.batch({ task: "days", split: "train", rows: [0, 1], size: 2 });
    expect([...days.features.keys()].toSorted()).toEqual(["days.target", "patient.ids", "patient.numbers"]);
  });
});
