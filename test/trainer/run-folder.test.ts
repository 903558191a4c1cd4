import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { load } from "../../runtime/model/load.ts";
import { type CompiledSpecification, layOutSources } from "../../runtime/compile.ts";
import { MetricsLog } from "../../runtime/run/metrics-log.ts";
import { ownIdentity } from "../../runtime/run/process-identity.ts";
import { isHeld, takeProcessLock } from "../../runtime/run/process-lock.ts";
import { createRunFolder } from "../../runtime/run/run-folder.ts";
import { newFolder } from "./tiny-run.ts";

describe("run folders", () => {
  test("count on and never meet an existing one", async () => {
    const runs = join(await newFolder(), "runs");
    const made = await Promise.all(Array.from({ length: 5 }, () => createRunFolder(runs, "tiny")));
    expect(new Set(made.map(({ path }) => basename(path)))).toEqual(
      new Set(["tiny-0001", "tiny-0002", "tiny-0003", "tiny-0004", "tiny-0005"]),
    );
    await createRunFolder(runs, "tiny-large");
    expect(basename((await createRunFolder(runs, "tiny")).path)).toBe("tiny-0006");
  });

  test("in a place where none can be made are refused as the user's to mend", async () => {
    const file = join(await newFolder(), "a-file");
    writeFileSync(file, "");
    await expect(createRunFolder(join(file, "runs"), "a")).rejects.toMatchObject({
      name: "UserError",
      kind: "run_failed",
      help: expect.stringContaining("--runs"),
    });
  });

  test("that are none of ours are called so", async () => {
    await expect(load(await newFolder())).rejects.toMatchObject({ name: "UserError", kind: "usage" });
  });

  test("have names without separators", async () => {
    await expect(createRunFolder(await newFolder(), "../tiny")).rejects.toMatchObject({ kind: "usage" });
  });
});

describe("the lock of a run folder", () => {
  const newPath = async () => join(await newFolder(), "process.lock");
  const own = () => ({ ...ownIdentity() });
  const leave = (path: string, turn: number, content: string) => {
    mkdirSync(join(path, String(turn)), { recursive: true });
    writeFileSync(join(path, String(turn), "holder.json"), content);
  };

  test("keeps a second process out until it is released", async () => {
    const path = await newPath();
    const lock = await takeProcessLock(path);
    expect(await isHeld(path)).toBe(true);
    await expect(takeProcessLock(path)).rejects.toMatchObject({
      kind: "run_failed",
      message: expect.stringContaining(String(process.pid)),
    });
    await lock.release();
    expect(await isHeld(path)).toBe(false);
    const next = await takeProcessLock(path);
    expect(next.stale).toBeUndefined();
    await next.release();
  });

  test.each([
    ["of a process that is gone", () => JSON.stringify({ pid: 2 ** 30, host: hostname() }), 2 ** 30],
    ["of an earlier process with our number", () => JSON.stringify({ ...own(), started: "before 1" }), process.pid],
    ["that a machine which went down left empty", () => "", undefined],
  ])("%s is taken over", async (_, content, stale) => {
    const path = await newPath();
    leave(path, 3, content());
    const lock = await takeProcessLock(path);
    expect(lock.stale).toBe(stale);
    await expect(takeProcessLock(path)).rejects.toMatchObject({
      message: expect.stringContaining(String(process.pid)),
    });
    await lock.release();
  });

  test("of another machine stands", async () => {
    const path = await newPath();
    leave(path, 1, JSON.stringify({ pid: 1, host: "elsewhere.example" }));
    await expect(takeProcessLock(path)).rejects.toMatchObject({
      message: expect.stringContaining("elsewhere.example"),
      help: expect.stringContaining(path),
    });
  });

  test("that a version before left as a file is taken over if its process is gone", async () => {
    const path = await newPath();
    writeFileSync(path, JSON.stringify({ pid: process.ppid, host: hostname() }));
    await expect(takeProcessLock(path)).rejects.toMatchObject({
      message: expect.stringContaining(String(process.ppid)),
    });
    writeFileSync(path, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    const lock = await takeProcessLock(path);
    expect(lock.stale).toBeUndefined();
    expect(await isHeld(path)).toBe(true);
    await lock.release();
  });

  test("leaves the last two turns, however often it is taken", async () => {
    const path = await newPath();
    for (let turn = 0; turn < 5; turn++) await (await takeProcessLock(path)).release();
    expect((await readdir(path)).sort()).toEqual(["4", "5"]);
  });
});

describe("the metrics log", () => {
  const event = { step: 1, epoch: 0, stage: "fit", task: "size", split: "train", name: "loss", value: 0.5 } as const;

  test("goes on after the given length and cuts what lies behind", async () => {
    const path = join(await newFolder(), "metrics.jsonl");
    const first = await MetricsLog.open(path, 0);
    first.add(event);
    const bytes = first.sync();
    first.add({ ...event, step: 2 });
    first.close();
    const second = await MetricsLog.open(path, bytes);
    second.add({ ...event, step: 3, value: Number.NaN });
    second.close();
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ step, value }) => [step, value])).toEqual([
      [1, 0.5],
      [3, null],
    ]);
  });

  test("that is too short is an error", async () => {
    await expect(MetricsLog.open(join(await newFolder(), "metrics.jsonl"), 10)).rejects.toMatchObject({ kind: "data" });
  });
});

describe("sources in a run folder", () => {
  const layout = (entry: string, files: readonly string[]) => {
    const compiled: Pick<CompiledSpecification, "entry" | "sources"> = {
      entry,
      sources: new Map(files.map((file) => [file, `// ${file}`])),
    };
    const { entry: place, files: placed } = layOutSources(compiled);
    return { entry: place, files: [...placed.keys()] };
  };

  test("one file is spec.mtl", () =>
    expect(layout("/a/b/mbt.mtl", ["/a/b/mbt.mtl"])).toEqual({ entry: "spec.mtl", files: ["spec.mtl"] }));

  test("several keep their places to each other", () => {
    expect(layout("/a/b/mbt.mtl", ["/a/b/mbt.mtl", "/a/b/parts/blocks.mtl", "/a/bases.mtl"])).toEqual({
      entry: "spec/b/mbt.mtl",
      files: ["spec/b/mbt.mtl", "spec/b/parts/blocks.mtl", "spec/bases.mtl"],
    });
  });
});
