import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { folderWith, mtl } from "./run.ts";

/** A specification with many kinds of modality, target, path and split. Its data does not exist. */
const model = `model parts

modality photo: image(6, 5, 2)
modality words: text(max_length: 12, tokenizer: characters(80), segments: 2)
modality point: tensor(shape: [4])
modality measures: table(numeric: ["length", "mass"], categorical: { colour: 3 })
modality film: video(frames: 2, height: 2, width: 2)
modality found: regions(max_regions: 3, width: 4)
modality hum: audio(0.2, rate: 4000, features: log_mel(mels: 8))
modality wave: series(6, channels: ["low", "high"])

stream seen = photo -> patches(1) -> linear(8)
stream read = words -> embed(8)
stream placed = point -> linear(8)

task kind { from: mean(concat(seen, optional read))  head: linear(3)  target: category("kind", classes: ["a", "b", "c"]) }
task marks { from: placed  head: linear(5)  target: labels("marks", classes: 5) }
task size { from: mean(measures -> embed_columns(8)) + mean(wave -> linear(8)) + mean(hum -> linear(8)) + mean(film -> tubelets(2) -> linear(8)) + mean(found -> embed_regions(8))  head: linear(1)  target: number("size") }

dataset pictures {
  path: "nowhere/pictures.parquet"
  columns: { words: ["title", file("caption")], kind: "what" }
  split: { train: 60%, validation: 20%, test: 20%, group: "artist" }
  tasks: [kind]
}

dataset points {
  path: { train: "nowhere/a.csv", test: "nowhere/b.csv" }
  weight: "weight"
  tasks: [marks, size]
}

stage fit { optimizer: adamw(rate: 1e-3)  batch: 4  epochs: 1 }
`;

describe("synthetic data", () => {
  test("matches its specification: every row of every task can be read, and the copy of the specification trains on it", async () => {
    const cwd = folderWith({ "parts.mtl": model });
    const { code, stdout } = await mtl(["data", "synth", "parts.mtl", "--rows", "40", "--out", "made"], { cwd });
    expect([code, stdout.trim()]).toEqual([0, join("made", "parts.mtl")]);
    const { program, entry } = compileFile(join(cwd, "made/parts.mtl"));
    const data = await openData({ specification: program.specification, root: join(entry, ".."), cache: "none" });
    const counts = ["kind", "marks", "size"].map((task) =>
      (["train", "validation", "test"] as const).reduce((sum, split) => sum + data.rows(task, split), 0),
    );
    expect(data.problems).toEqual([]);
    // The second data set has no file for validation: 80 % of the rows are for training, 10 % for the test.
    expect(counts).toEqual([40, 36, 36]);
    expect((await mtl(["train", "made/parts.mtl", "--steps", "2"], { cwd })).code).toBe(0);
  });

  test("is labelled as synthetic, depends on its seed only, and is written into an empty folder only", async () => {
    const cwd = folderWith({ "parts.mtl": model });
    for (const [out, seed] of [
      ["a", "1"],
      ["b", "1"],
      ["c", "2"],
    ] as const)
      expect(
        (await mtl(["data", "synth", "parts.mtl", "--rows", "6", "--out", out, "--seed", seed], { cwd })).code,
      ).toBe(0);
    const content = (folder: string) =>
      readdirSync(join(cwd, folder), { recursive: true, encoding: "utf8", withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "README.md")
        .map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name)).toString("base64")]);
    expect(content("b")).toEqual(content("a"));
    expect(content("c")).not.toEqual(content("a"));
    expect(readdirSync(join(cwd, "a")).filter((name) => !name.startsWith("synthetic-"))).toEqual([
      "README.md",
      "parts.mtl",
    ]);
    expect(readFileSync(join(cwd, "a/README.md"), "utf8")).toContain("synthetic");
    const { code, stderr } = await mtl(["data", "synth", "parts.mtl", "--out", "."], { cwd });
    expect([code, stderr.includes("not empty")]).toEqual([2, true]);
  });
});

describe("smoke", () => {
  test("finds a gradient for every weight of a sound specification, without its data", async () => {
    const { code, stdout } = await mtl(["smoke", "parts.mtl"], { cwd: folderWith({ "parts.mtl": model }) });
    expect(code).toBe(0);
    const [, trainable, trained] = /^fit +kind .* (\d+) +(\d+)$/m.exec(stdout) ?? [];
    expect(Number(trainable)).toBeGreaterThan(8);
    expect(trained).toBe(trainable);
  });

  test("names a weight that can never be trained, and the line that makes it", async () => {
    const cut = model.replace("point -> linear(8)", "point -> linear(8) -> stop_gradient");
    const { code, stderr } = await mtl(["smoke", "parts.mtl"], { cwd: folderWith({ "parts.mtl": cut }) });
    expect(code).toBe(1);
    const line = model.split("\n").findIndex((text) => text.startsWith("stream placed")) + 1;
    expect(stderr).toMatch(
      new RegExp(
        `error: The weight placed\\.linear\\.\\w+ \\[4 × 8\\] \\(parts\\.mtl:${line}:\\d+\\) receives no gradient in 3 steps of stage fit`,
      ),
    );
    expect(stderr).not.toContain("seen.");
  });

  test("gives weights below a layer that starts at zero enough steps", async () => {
    const gated = model.replace("point -> linear(8)", "point -> linear(8) -> linear(8, init: zeros)");
    const [one, three] = [
      await mtl(["smoke", "parts.mtl", "--steps", "1"], { cwd: folderWith({ "parts.mtl": gated }) }),
      await mtl(["smoke", "parts.mtl"], { cwd: folderWith({ "parts.mtl": gated }) }),
    ];
    expect([one.code, three.code]).toEqual([1, 0]);
  });
});
