import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { evaluate, inspectStream, resume, train } from "../../runtime/index.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const interrupt = new AbortController().signal;
const quick = { threads: 1, steps: 4, interrupt, tensorboard: false } as const;

/** A project folder with the small model, its data and a run of a few steps. */
async function project(): Promise<{ readonly home: string; readonly root: string; readonly run: string }> {
  const home = await newFolder();
  const root = join(home, "project");
  const { folder } = await train({ ...quick, specification: writeSmallModel(root), runs: join(root, "runs") });
  return { home, root, run: folder };
}

interface Lock {
  seal?: string;
  root: string;
  data_folder?: string;
}

/** Changes a lock and writes it as older versions did, without a seal. */
function changeLock(run: string, change: (lock: Lock) => void): void {
  const path = join(run, "run.lock.json");
  const lock = JSON.parse(readFileSync(path, "utf8")) as Lock;
  delete lock.seal;
  change(lock);
  writeFileSync(path, JSON.stringify(lock));
}

/** Half of the rows. */
function shorten(root: string): void {
  const path = join(root, "samples.jsonl");
  writeFileSync(path, `${readFileSync(path, "utf8").split("\n").slice(0, 60).join("\n")}\n`);
}

let made: Awaited<ReturnType<typeof project>>;
let measured: Awaited<ReturnType<typeof evaluate>>;

beforeAll(async () => {
  made = await project();
  measured = await evaluate(made.run, "test", { threads: 1 });
});

afterEach(() => {
  delete process.env["MTL_DATA"];
});

/** A copy of the project, under another name in another folder; the first one stays. */
async function copied(): Promise<{ readonly home: string; readonly root: string; readonly run: string }> {
  const home = await newFolder();
  const root = join(home, "elsewhere");
  cpSync(made.root, root, { recursive: true });
  return { home, root, run: join(root, "runs", "colours-0001") };
}

async function notesOf(run: string, options: { readonly data?: string } = {}) {
  const notes: string[] = [];
  const values = await evaluate(run, "test", { threads: 1, onNote: (note) => notes.push(note), ...options });
  return { notes, values };
}

describe("a project with its runs", () => {
  test("is evaluated, resumed and inspected where it was moved to", async () => {
    const { root, home } = await project();
    const there = join(home, "renamed");
    renameSync(root, there);
    const run = join(there, "runs", "colours-0001");
    expect(await notesOf(run)).toEqual({ notes: [], values: measured });
    expect((await resume(run, { threads: 1, interrupt })).results).toHaveLength(2 * measured.length);
    expect((await inspectStream(run, { stream: "both", row: 0, threads: 1 })).weights).toBe("trained");
  });

  test("keeps no path of the machine in its lock", () => {
    expect(JSON.parse(readFileSync(join(made.run, "run.lock.json"), "utf8"))).toMatchObject({ root: "../.." });
  });

  test("measures its own data when it was copied, not that of the folder it came from", async () => {
    const { root, run } = await copied();
    shorten(root);
    const { notes, values } = await notesOf(run);
    expect(notes.join()).toContain("samples.jsonl");
    expect(values).not.toEqual(measured);
    await expect(resume(run, { threads: 1, interrupt })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("samples.jsonl"),
    });
    rmSync(join(root, "samples.jsonl"));
    await expect(evaluate(run, "test")).rejects.toMatchObject({
      name: "UserError",
      kind: "data",
      message: expect.stringContaining(root),
      help: expect.stringContaining("--data"),
    });
  });

  test("takes its data from the folder that is named, or that MTL_DATA names", async () => {
    const { root, run } = await copied();
    rmSync(join(root, "samples.jsonl"));
    expect(await notesOf(run, { data: made.root })).toEqual({ notes: [], values: measured });
    expect((await resume(run, { threads: 1, interrupt, data: made.root })).results).toHaveLength(2 * measured.length);
    process.env["MTL_DATA"] = made.root;
    expect((await notesOf(run)).values).toEqual(measured);
    process.env["MTL_DATA"] = join(root, "nowhere");
    await expect(evaluate(run, "test")).rejects.toMatchObject({
      kind: "usage",
      help: expect.stringContaining("MTL_DATA"),
    });
  });
});

describe("a run whose lock has an absolute folder", () => {
  test.each(["", "parts/spec"])("finds its data in the project that it is in now, below %j", async (below) => {
    const { root, run } = await copied();
    mkdirSync(join(root, below), { recursive: true });
    if (below !== "") renameSync(join(root, "samples.jsonl"), join(root, below, "samples.jsonl"));
    changeLock(run, (lock) => (lock.root = join("/no/such/project", below)));
    expect(await notesOf(run)).toEqual({ notes: [], values: measured });
  });

  test("falls back to that folder where the one beside it has other data, and says so; nothing right is an error that names both", async () => {
    const { home, root, run } = await copied();
    const old = join(home, "old");
    cpSync(made.root, old, { recursive: true });
    changeLock(run, (lock) => (lock.root = old));
    shorten(root);
    const { notes, values } = await notesOf(run);
    expect(values).toEqual(measured);
    expect(notes.join()).toMatch(new RegExp(`read from ${old}; in ${root} samples.jsonl has changed`));
    rmSync(join(root, "samples.jsonl"));
    shorten(old);
    await expect(evaluate(run, "test")).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(
        new RegExp(`in ${root}: .* does not exist;\n.*in ${old}: samples.jsonl has changed`),
      ),
    });
  });
});

describe("data outside of the specification's folder", () => {
  /** The model, with its data in a folder beside and under the given path. */
  async function apart(
    path: string,
  ): Promise<{ readonly home: string; readonly entry: string; readonly data: string }> {
    const home = await newFolder();
    const [entry, data] = [writeSmallModel(join(home, "project")), join(home, "data")];
    mkdirSync(data);
    renameSync(join(home, "project", "samples.jsonl"), join(data, "samples.jsonl"));
    writeFileSync(entry, readFileSync(entry, "utf8").replace('"samples.jsonl"', path.replace("HOME", home)));
    return { home, entry, data };
  }

  test.each(['"samples.jsonl"', '"../data/samples.jsonl"', '"HOME/data/samples.jsonl"', '"*.jsonl"'])(
    "is allowed in a folder that the user names, as %s",
    async (path) => {
      const { home, entry, data } = await apart(path);
      const folders = {
        specification: compileFile(entry).program.specification,
        root: join(home, "project"),
        cache: "none",
      } as const;
      await expect(openData(folders)).rejects.toMatchObject({
        kind: "data",
        help: expect.stringMatching(/--data|searched for in/),
      });
      expect((await openData({ ...folders, data })).rows("hue", "train")).toBeGreaterThan(0);
    },
  );

  test("is found again by the run", async () => {
    const { home, entry, data } = await apart('"samples.jsonl"');
    const { folder, results } = await train({
      ...quick,
      specification: entry,
      runs: join(home, "project", "runs"),
      data,
    });
    expect(await notesOf(folder)).toEqual({ notes: [], values: results.filter(({ split }) => split === "test") });
    // A file in another folder is recognised by its hash alone, unless the user names that folder.
    shorten(data);
    await expect(evaluate(folder, "test")).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining(data),
    });
    expect((await notesOf(folder, { data })).notes.join()).toContain("has changed");
  });

  test("is allowed where a flag sets its path", async () => {
    const { home, entry, data } = await apart("where");
    writeFileSync(
      entry,
      readFileSync(entry, "utf8").replace("param width", 'param where: string = "samples.jsonl"\nparam width'),
    );
    const options = { ...quick, specification: entry, runs: join(home, "project", "runs") };
    const { folder, results } = await train({ ...options, set: { where: join(data, "samples.jsonl") } });
    expect((await notesOf(folder)).values).toEqual(results.filter(({ split }) => split === "test"));
  });
});
