import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { resume, train } from "../../runtime/index.ts";
import { specification, writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

/**
 * A specification whose second stage freezes `seen`, which the first one trains, so that its values are computed once
 * for each example.
 */
const twoStages = (options: string): string =>
  specification(`freeze: [seen]\n  ${options}`).replace(
    "stage fit {",
    "stage warm {\n  optimizer: adamw(rate: 1e-2)\n  steps: 5\n}\n\nstage fit {",
  );

let root: string;
beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
});

async function run(options = "", from = root): Promise<string> {
  const entry = join(from, "frozen.mtl");
  writeFileSync(entry, twoStages(options));
  const { folder } = await train({
    specification: entry,
    runs: join(from, "runs"),
    threads: 1,
    interrupt: new AbortController().signal,
  });
  return folder;
}

/** All that was logged, without the times. */
const logged = (
  folder: string,
): readonly { readonly value: number; readonly name: string; readonly stage: string; readonly split: string }[] =>
  readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { time: _, ...rest } = JSON.parse(line);
      return rest;
    });
const model = (folder: string) => readFileSync(join(folder, "model", "model.safetensors"));
const cached = (from = root) => readdirSync(join(from, ".cache", "mtl")).filter((name) => name.startsWith("frozen-"));

describe("what is frozen is computed once for each example", () => {
  test("with the losses and metrics that it has when it is computed in every step", async () => {
    const [whole, split] = [logged(await run("cache: off")), logged(await run())];
    expect(split.length).toBe(whole.length);
    for (const [index, event] of whole.entries()) {
      const { value, ...rest } = event;
      expect(split[index]).toMatchObject(rest);
      expect(Math.abs((split[index]?.value ?? Number.NaN) - value)).toBeLessThan(1e-4);
    }
    expect(cached().length).toBeGreaterThan(0);
  });

  test("to the same bits from files, without them, and where they are damaged", async () => {
    const first = await run();
    const folders = cached();
    const again = await run();
    expect(cached()).toEqual(folders);
    for (const folder of folders) {
      for (const name of readdirSync(join(root, ".cache", "mtl", folder))) {
        const path = join(root, ".cache", "mtl", folder, name);
        const bytes = readFileSync(path);
        bytes.fill(0x5a, 0, 64);
        writeFileSync(path, bytes);
      }
    }
    const damaged = await run();
    rmSync(join(root, ".cache"), { recursive: true });
    const without = await run();
    for (const folder of [again, damaged, without]) expect(model(folder)).toEqual(model(first));
  });

  test("for other weights anew", async () => {
    await run();
    const before = cached();
    await run("clip: 1");
    expect(cached()).toEqual(before);
    const entry = join(root, "frozen.mtl");
    writeFileSync(entry, twoStages("").replace("steps: 5", "steps: 6"));
    await train({
      specification: entry,
      runs: join(root, "runs"),
      threads: 1,
      interrupt: new AbortController().signal,
    });
    expect(cached().length).toBeGreaterThan(before.length);
  });

  test("not at all where the stage says so", async () => {
    const other = await newFolder();
    writeSmallModel(other);
    await run("cache: off", other);
    expect(existsSync(join(other, ".cache", "mtl")) ? cached(other) : []).toEqual([]);
  });
});

test("with dropout in what is frozen, a run ends with the bits that it has when that is set to 0, unless it is kept in training mode", async () => {
  const runWith = async (options: string) => {
    const entry = join(root, "dropped.mtl");
    const text = twoStages(options)
      .replace("linear(width) -> tanh", "linear(width) -> tanh -> dropout(drop)")
      .replace("param width", "param drop: rate = 30%\nparam width");
    writeFileSync(entry, text);
    return model(
      (
        await train({
          specification: entry,
          runs: join(root, "runs"),
          threads: 1,
          interrupt: new AbortController().signal,
        })
      ).folder,
    );
  };
  const [frozen, without, kept] = [
    await runWith(""),
    await runWith("with: { drop: 0% }"),
    await runWith("frozen_mode: train"),
  ];
  expect(frozen).toEqual(without);
  expect(kept).not.toEqual(frozen);
});

test("a run that is interrupted within it goes on to the same bits, with and without the files", async () => {
  const whole = await run();
  const controller = new AbortController();
  const entry = join(root, "frozen.mtl");
  const onStep = ({ stage, step }: { readonly stage: string; readonly step: number }) => {
    if (stage === "fit" && step === 7) controller.abort();
  };
  await expect(
    train({
      specification: entry,
      runs: join(root, "runs"),
      name: "stopped",
      threads: 1,
      interrupt: controller.signal,
      observer: { onStep },
    }),
  ).rejects.toMatchObject({ kind: "interrupted" });
  cpSync(join(root, "runs", "stopped-0001"), join(root, "runs", "stopped-0002"), { recursive: true });
  const going = { threads: 1, interrupt: new AbortController().signal };
  const { folder: withFiles } = await resume(join(root, "runs", "stopped-0001"), going);
  rmSync(join(root, ".cache"), { recursive: true });
  const { folder: without } = await resume(join(root, "runs", "stopped-0002"), going);
  for (const folder of [withFiles, without]) {
    expect(model(folder)).toEqual(model(whole));
    expect(logged(folder)).toEqual(logged(whole));
  }
});
