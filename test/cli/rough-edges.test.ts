import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { counted } from "../../compiler/counted.ts";
import { prelude } from "../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../compiler/schema/prelude-reference.ts";
import { schema } from "../../compiler/schema/schema.ts";
import { topics } from "../../compiler/schema/topics.ts";
import { verbs } from "../../cli/verbs/index.ts";
import { problemText } from "../../runtime/data/problem-log.ts";
import { shellWord } from "../../runtime/shell-words.ts";
import { interruptOnSignals } from "../../runtime/train/phase/interruption.ts";
import { exitCodes } from "../../runtime/user-error.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { folderWith, mtl } from "./run.ts";

const model =
  'model a\n\nmodality x: tensor([4])\n\ntask t { from: x -> linear(2)  target: category("y", classes: 2) }\n';

describe("graph", () => {
  test("writes a PNG if the file has that extension", async () => {
    const cwd = folderWith({ "a.mtl": model });
    expect(await mtl(["graph", "a.mtl", "-o", "a.png"], { cwd })).toMatchObject({ code: 0, stdout: "" });
    const { format, width } = await sharp(join(cwd, "a.png")).metadata();
    expect(format).toBe("png");
    expect(width).toBeGreaterThan(100);
  });

  test.each([
    [["-o", "a.pdf"], ".svg"],
    [["-o", "a"], ".svg"],
    [["--format", "png"], "--output"],
  ])("%j is refused, and nothing is written", async (options, said) => {
    const cwd = folderWith({ "a.mtl": model });
    const { code, stderr } = await mtl(["graph", "a.mtl", ...options], { cwd });
    expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining(said)]);
    expect(existsSync(join(cwd, options[1] ?? ""))).toBe(false);
  });
});

test("all verbs with one output call it --output, and accept --out", async () => {
  const cwd = folderWith({
    "a.mtl": `${model}dataset d { path: "d.csv"  columns: { x: "x" }  tasks: [t] }\nstage s { optimizer: sgd(rate: 1)  steps: 1 }\n`,
  });
  for (const option of ["-o", "--output", "--out"])
    expect((await mtl(["data", "synth", "a.mtl", "--rows", "3", option, `made${option}`], { cwd })).code).toBe(0);
  for (const verb of [["graph"], ["report"], ["compile"], ["predict"], ["data", "synth"]]) {
    const { stdout } = await mtl([...verb, "--help"]);
    expect(stdout).toContain("-o, --output <");
    expect(stdout).not.toMatch(/--out[ ,]/);
  }
});

describe("commands that are suggested", () => {
  test.each([
    ["runs/a-0001", "runs/a-0001"],
    ["my runs/it's", String.raw`'my runs/it'\''s'`],
    ["-x", "./-x"],
    ["größe/a", "größe/a"],
    ["a$b", "'a$b'"],
  ])("have %j as one word", (word, expected) => {
    expect(shellWord(word, "linux")).toBe(expected);
    if (process.platform !== "win32")
      expect(
        spawnSync("sh", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" }).stdout.replace(/^\.\/-/, "-"),
      ).toBe(word);
  });

  test("are quoted by init and train", async () => {
    const cwd = folderWith({});
    expect((await mtl(["init", "my names"], { cwd })).stderr).toContain("Next: mtl train 'my names/names.mtl'");
  });
});

test("counts of one are singular, and a row that is a file is named by its path", () => {
  expect([counted(1, "bad row is", "bad rows are"), counted(0, "step"), counted(2, "class", "classes")]).toEqual([
    "1 bad row is",
    "0 steps",
    "2 classes",
  ]);
  expect(
    problemText({ file: "photos", row: 3, path: "photos/cat/3.jpg", column: "file", reason: "it is no picture" }),
  ).toBe("photos/cat/3.jpg: it is no picture");
});

describe("what other languages have", () => {
  test.each([
    ["# a comment's { here", "A comment begins with //"],
    ["param p: string = 'text'", 'in double quotes: "text"'],
    ["param p: int = 1; ", "Remove it"],
  ])("%s is one mistake, which says what is written instead", async (line, instead) => {
    const { stdout } = await mtl(["check", "a.mtl"], { cwd: folderWith({ "a.mtl": `${model}${line}\n` }) });
    expect(stdout).toContain(instead);
    expect(stdout).toMatch(/^1 error(, 1 advice)?$/m);
  });
});

describe("explain", () => {
  test("knows every name of the schema and of the standard library", async () => {
    const blocks = preludeReference(prelude);
    const known = new Set(topics(blocks).map(({ name }) => name));
    const members = Object.entries(schema.families).flatMap(([family, table]) => [
      family,
      ...Object.entries(table).flatMap(([name, { options }]) => [name, ...Object.keys(options)]),
    ]);
    const declared = Object.entries(schema.declarations).flatMap(([name, options]) => [
      name,
      ...Object.keys(options).map((option) => `${name}.${option}`),
    ]);
    for (const name of [
      ...members,
      ...declared,
      ...blocks.flatMap((group) => group.blocks.map((block) => block.name)),
      "model",
      "stream",
    ])
      expect(known).toContain(name);
  });

  test.each([
    ["top_k", /^metric top_k\n\n.*k most probable[^]*k: int/m],
    ["stage.batch", /^option batch of a stage\n\n.*32 by default/],
    ["linear", /schedule linear[^]*block linear/],
    ["sampler", /stop_and_go: /],
    ["MTL4002", /^MTL4002 shape_mismatch/],
  ])("tells of %s", async (name, expected) => {
    const { code, stdout } = await mtl(["explain", name]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(expected)]);
  });

  test.each([
    ["acuracy", "accuracy"],
    ["transfomer", "transformer"],
    ["MTL40002", "MTL4002"],
  ])("says what %s was meant to be", async (name, meant) => {
    expect(await mtl(["explain", name])).toMatchObject({
      code: exitCodes.usage,
      stderr: expect.stringContaining(`Did you mean "${meant}"?`),
    });
  });
});

describe("help", () => {
  test("of a verb is its page, of a verb of a group too", async () => {
    expect((await mtl(["help", "data", "stats"])).stdout).toBe((await mtl(["data", "stats", "--help"])).stdout);
    expect((await mtl(["help"])).stdout).toBe((await mtl(["--help"])).stdout);
  });

  test.each([
    [["help", "trian"], '"trian"', 'Did you mean "train"?'],
    [["help", "data", "nope"], "of data", "stats, synth"],
  ])("%j says that there is no such verb", async (argv, said, help) => {
    const { code, stdout, stderr } = await mtl(argv);
    expect([code, stdout]).toEqual([exitCodes.usage, ""]);
    expect(stderr).toMatch(/There is no verb/);
    expect(stderr).toContain(said);
    expect(stderr).toContain(help);
  });
});

test("the message on the first signal explains the second one, which ends the process", () => {
  const before = new Set(process.listeners("SIGTERM"));
  let told = 0;
  const interruption = interruptOnSignals(() => (told += 1));
  const [own] = process.listeners("SIGTERM").filter((listener) => !before.has(listener));
  own?.("SIGTERM");
  expect([
    told,
    interruption.signal.aborted,
    process.listeners("SIGTERM").filter((listener) => !before.has(listener)),
  ]).toEqual([1, true, []]);
  interruption.stop();
});

describe("completion", () => {
  /** Scripts that print a shell's completions of the last word of a command line. */
  const offers: {
    readonly [shell: string]: (
      words: readonly string[],
      script: string,
    ) => readonly [code: string, args: readonly string[]];
  } = {
    bash: (words, script) => [
      `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mtl; printf '%s\\n' "\${COMPREPLY[@]}"`,
      words,
    ],
    // These functions replace zsh's own, which need a terminal.
    zsh: (words, script) => [
      `compadd() { [[ $1 == -- ]] && shift; print -l -- "$@" }; _files() { print FILES }; _describe() { print -l -- \${(P)@[-1]%%:*} }\n${script}\nwords=("$@"); CURRENT=$#; _mtl`,
      words,
    ],
    fish: (words, script) => [`${script}\ncomplete -C "$argv"`, words],
  };
  const runs = (shell: string, code: string, args: readonly string[]) =>
    spawnSync(
      shell,
      shell === "fish"
        ? ["--no-config", "-c", code, ...args]
        : [shell === "bash" ? "--norc" : "-f", "-c", code, shell, ...args],
      { encoding: "utf8", timeout: 20_000 },
    );
  const isThere = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

  describe.each(Object.keys(offers))("in %s", (shell) => {
    test.skipIf(!isThere(shell)).each([
      [["mtl", "tr"], ["train"], ["test", "init"]],
      [["mtl", "data", ""], ["stats", "synth"], ["train"]],
      [["mtl", "check", "--format", ""], ["text", "json", "github", "sarif"], ["init"]],
      [["mtl", "eval", "runs/x", "--split", ""], ["train", "validation", "test"], ["eval"]],
      [["mtl", "train", "a.mtl", "--th"], ["--threads"], ["--split"]],
      [["mtl", "data", "stats", "--"], ["--strict", "--json"], ["--rows"]],
      [["mtl", "completion", ""], ["bash", "zsh", "fish"], ["train"]],
    ])("%j is completed", async (words, wanted, unwanted) => {
      const { stdout: script } = await mtl(["completion", shell]);
      const [code, args] = offers[shell]?.(words, script) ?? ["", []];
      const { stdout, stderr } = runs(shell, code, args);
      expect(stderr).toBe("");
      const found = stdout.split("\n").map((line) => line.split("\t")[0]);
      expect(found).toEqual(expect.arrayContaining(wanted));
      for (const word of unwanted)
        expect(found.filter((each) => each?.startsWith(words.at(-1) ?? ""))).not.toContain(word);
    });
  });

  test("knows every verb, and no other shell", async () => {
    const { stdout } = await mtl(["completion", "bash"]);
    for (const { name } of verbs) expect(stdout).toContain(name);
    expect((await mtl(["completion", "tcsh"])).code).toBe(exitCodes.usage);
  });
});

describe("for other programs", () => {
  test("train, eval and runs print only JSON on stdout", async () => {
    const cwd = folderWith({});
    mkdirSync(join(cwd, "p"));
    writeSmallModel(join(cwd, "p"));
    writeFileSync(
      join(cwd, "p", "samples.jsonl"),
      `${readFileSync(join(cwd, "p", "samples.jsonl"), "utf8")}{"words":1}\nno JSON\n`,
    );
    const trained = await mtl(
      ["train", "p/colours.mtl", "--steps", "2", "--threads", "1", "--json", "--runs", "p/runs"],
      { cwd },
    );
    expect(trained.code).toBe(0);
    expect(trained.stderr).toMatch(/\d bad rows? (is|are) left out/);
    const {
      runs: [{ folder, results }],
    } = JSON.parse(trained.stdout);
    expect(folder).toBe(join(cwd, "p/runs/colours-0001"));
    const measured = JSON.parse((await mtl(["eval", folder, "--threads", "1", "--json"], { cwd })).stdout);
    expect(measured).toEqual(results.filter(({ split }: { split: string }) => split === "test"));
    expect(measured[0]).toEqual({ task: "hue", split: "test", name: "loss", value: expect.any(Number) });
    const [listed] = JSON.parse((await mtl(["runs", "p/runs", "--json"], { cwd })).stdout);
    expect(listed).toMatchObject({
      name: "colours-0001",
      state: "finished",
      steps: 2,
      results: expect.arrayContaining([expect.objectContaining({ task: "hue", split: "test" })]),
    });
  });
});
