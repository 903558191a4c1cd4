import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../runtime/user-error.ts";
import { mtl } from "../cli/run.ts";
import { evaluate, load, resume, train } from "../../runtime/index.ts";
import { readRun } from "../../runtime/report/run-record.ts";
import { writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

const threads = 1;
const interrupt = new AbortController().signal;
let root: string;
let finished: string;
let stopped: string;

beforeAll(async () => {
  root = await newFolder();
  const specification = writeSmallModel(root);
  finished = (await train({ specification, runs: join(root, "runs"), threads, interrupt })).folder;
  const controller = new AbortController();
  await train({
    specification,
    runs: join(root, "stopped"),
    threads,
    interrupt: controller.signal,
    observer: { onStep: ({ step }) => step === 9 && controller.abort() },
  }).catch(() => undefined);
  stopped = join(root, "stopped", readdirSync(join(root, "stopped"))[0] ?? "");
});

/** Beside the run, where its data is found. */
function copyOf(run: string): string {
  const copy = join(root, "copies", `copy-${Math.random()}`);
  cpSync(run, copy, { recursive: true });
  return copy;
}

const newestOf = (run: string) =>
  join(
    "checkpoints",
    readdirSync(join(run, "checkpoints"))
      .filter((name) => name.startsWith("step-"))
      .toSorted()
      .at(-1) ?? "",
  );
const bestOf = (run: string) => join("checkpoints", readFileSync(join(run, "checkpoints", "best"), "utf8").trim());
const edit = (path: string, change: (text: string) => string) => {
  const text = readFileSync(path, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
};
const flip = (path: string) => {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
  writeFileSync(path, bytes);
};
const predict = async (folder: string) => {
  const model = await load(folder, { threads });
  try {
    return await model.predict({ words: "green 7", light: [0.12, 0.85, 0.15] }, { task: "hue" });
  } finally {
    await model.dispose();
  }
};

describe("what is not what was written is refused, by what reads it", () => {
  const uses = {
    resume: (run: string) => resume(run, { interrupt }),
    predict,
    eval: (run: string) => evaluate(run, "validation", { threads }),
    report: (run: string) => readRun(run),
  };
  test.each<[keyof typeof uses, string, (run: string) => void]>([
    [
      "resume",
      "cursor",
      (run) =>
        edit(join(run, newestOf(run), "state.json"), (text) =>
          text.replace(/"cursor": (\d+)/, (_, at) => `"cursor": ${Number(at) + 2}`),
        ),
    ],
    [
      "resume",
      "threads",
      (run) => edit(join(run, "run.lock.json"), (text) => text.replace('"threads": 1', '"threads": 2')),
    ],
    [
      "resume",
      "metrics.jsonl",
      (run) =>
        edit(join(run, "metrics.jsonl"), (text) =>
          text.replace(/"value":0\.(\d)/, (_, digit) => `"value":0.${(Number(digit) + 1) % 10}`),
        ),
    ],
    [
      "report",
      "metrics.jsonl",
      (run) =>
        edit(join(run, "metrics.jsonl"), (text) =>
          text.replace(/"value":0\.(\d)/, (_, digit) => `"value":0.${(Number(digit) + 1) % 10}`),
        ),
    ],
    ["predict", "best weights", (run) => flip(join(run, bestOf(run), "model.safetensors"))],
    ["eval", "best weights", (run) => flip(join(run, bestOf(run), "model.safetensors"))],
    [
      "predict",
      "preprocessing",
      (run) => edit(join(run, "model", "preprocessing.json"), (text) => text.replace('"green"', '"greem"')),
    ],
    ["eval", "specification", (run) => edit(join(run, "model", "spec.mtl"), (text) => `${text}\n`)],
    ["resume", "lock of another run", (run) => cpSync(join(finished, "run.lock.json"), join(run, "run.lock.json"))],
  ])("%s: %s", async (use, _, damage) => {
    const run = copyOf(stopped);
    damage(run);
    await expect(uses[use](run)).rejects.toMatchObject({ name: "UserError", kind: "data" });
  });

  test("weights of a model", async () => {
    const run = copyOf(finished);
    flip(join(run, "model", "model.safetensors"));
    await expect(predict(run)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("model.safetensors is damaged"),
    });
  });
});

test("a finished run whose best checkpoint is damaged keeps its good model", async () => {
  const run = copyOf(finished);
  const before = await predict(run);
  const files = () =>
    readdirSync(run, { recursive: true, encoding: "utf8" })
      .filter((name) => /^(checkpoints|model)/.test(name))
      .toSorted();
  const there = files();
  flip(join(run, bestOf(run), "model.safetensors"));
  await expect(resume(run, { interrupt })).rejects.toMatchObject({
    kind: "data",
    message: expect.stringContaining("from which the run continues"),
  });
  expect(await predict(run)).toEqual(before);
  expect(files()).toEqual(there);
});

test("who changes a model on purpose says so in its model.json", async () => {
  const run = copyOf(finished);
  const before = await predict(run);
  edit(join(run, "model", "spec.mtl"), (text) => `// by hand\n${text}`);
  await expect(predict(run)).rejects.toMatchObject({
    kind: "data",
    help: expect.stringContaining("remove `files` and `seal` from the model.json"),
  });
  const path = join(run, "model", "model.json");
  const { files: _files, seal: _seal, ...manifest } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(manifest));
  expect(await predict(run)).toEqual(before);
});

describe("the command line", () => {
  test("runs tells a damaged run in its own line, and doctor says what it has", async () => {
    const folder = join(root, "copies", "listed");
    for (const name of ["a-0001", "b-0001"]) cpSync(finished, join(folder, name), { recursive: true });
    edit(join(folder, "a-0001", "eval", "test.json"), (text) =>
      text.replace(/"value": 0\.(\d)/, (_, digit) => `"value": 0.${(Number(digit) + 1) % 10}`),
    );
    const { code, stdout } = await mtl(["runs", folder], { cwd: root });
    expect(code).toBe(0);
    expect(stdout).toMatch(/a-0001 +damaged.*\n.*b-0001 +finished/);

    expect(await mtl(["doctor", join(folder, "b-0001")], { cwd: root })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Intact: all"),
    });
    const sick = await mtl(["doctor", join(folder, "a-0001")], { cwd: root });
    expect(sick).toMatchObject({
      code: exitCodes.data,
      stdout: expect.stringMatching(/^damaged: eval\n {2}eval\/test\.json is damaged/m),
    });
    flip(join(folder, "b-0001", "model", "model.safetensors"));
    expect(await mtl(["doctor", join(folder, "b-0001", "model")], { cwd: root })).toMatchObject({
      code: exitCodes.data,
      stdout: expect.stringContaining("damaged: model.safetensors"),
    });
    expect((await mtl(["doctor", root], { cwd: root })).code).toBe(exitCodes.usage);
  });

  test("a model from elsewhere reads nothing outside of its folder, whatever it imports", async () => {
    const run = copyOf(finished);
    writeFileSync(join(root, "secret.mtl"), "param hidden: int = 3\n");
    edit(join(run, "model", "spec.mtl"), (text) =>
      text.replace(/^(model [^\n]*\n)/m, `$1\nimport { hidden } from "../../../secret.mtl"\n`),
    );
    const path = join(run, "model", "model.json");
    const { files: _files, seal: _seal, ...manifest } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(manifest));
    await expect(predict(run)).rejects.toMatchObject({
      name: "UserError",
      kind: "specification",
      message: expect.stringContaining("../../../secret.mtl"),
    });
  });

  test("a log that names another place than a split writes nowhere", async () => {
    const run = copyOf(stopped);
    edit(join(run, "metrics.jsonl"), (text) => text.replaceAll('"split":"train"', '"split":"../../outside"'));
    const state = join(run, newestOf(run), "state.json");
    const { seal: _seal, metricsSha256: _hash, ...old } = JSON.parse(readFileSync(state, "utf8"));
    writeFileSync(state, JSON.stringify({ ...old, metricsBytes: readFileSync(join(run, "metrics.jsonl")).length }));
    await expect(resume(run, { interrupt })).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("metrics.jsonl, line 1,"),
    });
    expect(readdirSync(join(root, "copies")).filter((name) => name.startsWith("outside"))).toEqual([]);
  });
});
