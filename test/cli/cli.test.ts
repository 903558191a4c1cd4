import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { takeProcessLock } from "../../runtime/run/process-lock.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { exitCodes } from "../../runtime/user-error.ts";
import { folderWith, mtl } from "./run.ts";

const wrong = "model a\n\nmodality x: tensor(shape: [4])\n\nstream s = x -> lienar(3)\n";

describe("from init to predict", () => {
  const cwd = folderWith({});
  const run = "runs/names-0001";

  beforeAll(async () => {
    expect((await mtl(["init", "hello"], { cwd })).code).toBe(0);
    const trained = await mtl(["train", "hello/names.mtl", "--steps", "6", "--set", "width=16"], { cwd });
    expect(trained.stderr).toContain(`mtl predict ${run}`);
    expect(trained.stdout).toMatch(/^task +metric +validation +test +baseline\nlanguage /);
    expect(trained.code).toBe(0);
  });

  test("init never overwrites", async () => {
    const before = readFileSync(join(cwd, "hello/names.mtl"), "utf8");
    expect((await mtl(["init", "hello"], { cwd })).code).toBe(exitCodes.usage);
    expect(readFileSync(join(cwd, "hello/names.mtl"), "utf8")).toBe(before);
  });

  test("the starter has no problems, also with every default written out", async () => {
    const { stdout } = await mtl(["expand", "hello/names.mtl"], { cwd });
    const again = folderWith({ "names.mtl": stdout });
    expect((await mtl(["check", "names.mtl"], { cwd: again })).stdout).toBe("");
  });

  test("messages that are not results go to stderr, and --quiet suppresses them", async () => {
    const { stdout, stderr } = await mtl(
      [
        "train",
        "hello/names.mtl",
        "--steps",
        "1",
        "--set",
        "width=16",
        "--quiet",
        "--name",
        "silent",
        "--no-tensorboard",
      ],
      { cwd },
    );
    expect(stderr).toBe("");
    expect(existsSync(join(cwd, "runs/silent-0001/tensorboard"))).toBe(false);
    expect(existsSync(join(cwd, run, "tensorboard/validation/events.out.tfevents.mtl"))).toBe(true);
    expect(stdout).toMatch(/^task /);
  });

  test("eval gives the numbers that the training ended with", async () => {
    const { stdout } = await mtl(["eval", run, "--json"], { cwd });
    const stored = JSON.parse(readFileSync(join(cwd, run, "eval/test.json"), "utf8")) as {
      values: { task: string; name: string; value: number }[];
    };
    const measured = JSON.parse(stdout) as { split: string; task: string; name: string; value: number }[];
    expect(measured.map(({ split: _split, ...value }) => value)).toEqual(stored.values);
  });

  test("eval shows the confusion matrix that is in the run's folder", async () => {
    const { stdout, stderr } = await mtl(["eval", run], { cwd });
    const { confusion } = JSON.parse(readFileSync(join(cwd, run, "evaluation/kind-test.json"), "utf8")) as {
      confusion: { classes: string[]; counts: number[][] };
    };
    const lines = stdout.split("\n");
    const first = lines.findIndex((line) => line.startsWith("kind: ")) + 3;
    for (const [actual, name] of confusion.classes.entries()) {
      const [shown, ...counts] = lines[first + actual]?.split(/\s+/u) ?? [];
      expect(shown).toBe(name);
      expect(counts.slice(0, confusion.classes.length)).toEqual(
        confusion.counts[actual]?.map((count) => (count === 0 ? "·" : String(count))),
      );
    }
    expect(stderr).toContain(`${run}/evaluation`);
  });

  test("eval measures the requested checkpoint, and names the available ones", async () => {
    const measured = async (checkpoint: string): Promise<unknown> => {
      await mtl(["eval", run, "--checkpoint", checkpoint], { cwd });
      return (JSON.parse(readFileSync(join(cwd, run, "eval/test.json"), "utf8")) as { checkpoint: unknown }).checkpoint;
    };
    const pointed = (pointer: string): string => readFileSync(join(cwd, run, "checkpoints", pointer), "utf8").trim();
    expect(await measured("last")).toBe(pointed("last"));
    expect(await measured(pointed("last"))).toBe(pointed("last"));
    expect(await measured("best")).toBe(pointed("best"));
    const { code, stderr } = await mtl(["eval", run, "--checkpoint", "step-9"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(pointed("best"));
  });

  test("predict gives the same result for an example in every form of input", async () => {
    const byInput = await mtl(["predict", run, "--task", "kind", "--input", "name=Suomi"], { cwd });
    const byObject = await mtl(["predict", run, "--task", "kind"], { cwd, stdin: '{"name":"Suomi"}\n' });
    const byValue = await mtl(["predict", run, "--task", "kind"], { cwd, stdin: '"Suomi"\n\n' });
    expect(byObject.stdout).toBe(byInput.stdout);
    expect(byValue.stdout).toBe(byInput.stdout);
    const { probabilities } = JSON.parse(byInput.stdout) as { probabilities: Record<string, number> };
    expect(Object.keys(probabilities).toSorted()).toEqual(["currency", "language", "region"]);
  });

  test("predict prints a line for each example and task, in order", async () => {
    const { stdout } = await mtl(["predict", run], { cwd, stdin: '"a"\n"b"\n"c"\n' });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { example: number; task: string });
    expect(lines.map(({ example, task }) => `${example} ${task}`)).toEqual(
      [0, 1, 2].flatMap((example) => [`${example} language`, `${example} kind`]),
    );
  });

  test("predict names a line that is not JSON and continues, or ends with exit code 4 if requested", async () => {
    const stdin = '"a"\n{b\n"c"\n';
    const reported = await mtl(["predict", run, "--task", "kind"], { cwd, stdin });
    expect([reported.code, reported.stdout.trim().split("\n").length, reported.stderr]).toEqual([
      0,
      2,
      expect.stringContaining("stdin:2: it is not JSON") as string,
    ]);
    expect((await mtl(["predict", run, "--task", "kind", "--bad-rows", "refuse"], { cwd, stdin })).code).toBe(
      exitCodes.data,
    );
  });

  test("the report of a run is one file, without scripts and external resources", () => {
    const html = readFileSync(join(cwd, run, "report.html"), "utf8");
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|href="http/);
    for (const chart of ["training loss", "validation accuracy", "fraction of training by task", "learning rate"])
      expect(html).toContain(`<figcaption>${chart}</figcaption>`);
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).not.toContain("NaN");
  });

  /** Counts the parameters in the model file of a run. */
  function parametersOf(name: string): number {
    const file = readFileSync(join(cwd, "runs", name, "model/model.safetensors"));
    const header = JSON.parse(file.toString("utf8", 8, 8 + Number(file.readBigUInt64LE(0)))) as {
      readonly [tensor: string]: { readonly shape?: readonly number[] };
    };
    return Object.values(header).reduce(
      (sum, { shape }) => sum + (shape ? shape.reduce((product, size) => product * size, 1) : 0),
      0,
    );
  }

  test("runs lists what was trained, with its state", async () => {
    const { stdout } = await mtl(["runs"], { cwd });
    expect(stdout).toMatch(/^run +state +steps[^]*names-0001 +finished +6 .*language accuracy/);
    expect((await mtl(["runs", run], { cwd })).stdout.split("\n")).toHaveLength(3);
    expect((await mtl(["runs", "nowhere"], { cwd })).code).toBe(exitCodes.usage);
    expect(await mtl(["runs", "hello"], { cwd })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("There are no runs in hello"),
    });
  });

  test("runs distinguishes a run that is being trained from one that can be resumed", async () => {
    mkdirSync(join(cwd, "cut/names-0001"), { recursive: true });
    copyFileSync(join(cwd, run, "run.lock.json"), join(cwd, "cut/names-0001/run.lock.json"));
    const lock = await takeProcessLock(new RunFolder(join(cwd, "cut/names-0001")).processLock);
    const running = await mtl(["runs", "cut"], { cwd });
    await lock.release();
    const left = await mtl(["runs", "cut"], { cwd });
    expect([running, left].map(({ stdout }) => /names-0001 +(\w+)/.exec(stdout)?.[1])).toEqual([
      "running",
      "unfinished",
    ]);
    expect([running, left].map(({ stderr }) => stderr.includes("mtl train --resume cut/names-0001"))).toEqual([
      false,
      true,
    ]);
  });

  test("a file that is not a specification is refused, with a way out", async () => {
    const told = async (...argv: readonly string[]): Promise<string> => {
      const { code, stderr } = await mtl(argv, { cwd });
      expect(code).toBe(exitCodes.usage);
      return stderr;
    };
    expect(await told("train", run)).toMatch(
      /is a run, not a specification\.\nhelp: .*mtl train --resume runs\/names-0001/,
    );
    expect(await told("check", "hello")).toMatch(
      /"hello" is a folder, not a specification\.\nhelp: It contains "names\.mtl"/,
    );
    expect(await told("inspect", "runs", "seen")).toMatch(/is a folder.*\nhelp: It contains runs: "names-0001"/);
    expect(await told("train", `${run}/report.html`)).toMatch(/its name does not end in \.mtl/);
    expect(await told("inspect", run, "seen", "--set", "width=8")).toMatch(/--set is for a specification/);
  });

  test("diff lists the differences of two runs, and none between a run and itself", async () => {
    await mtl(["train", "hello/names.mtl", "--steps", "2", "--set", "width=24", "--seed", "7", "--name", "other"], {
      cwd,
    });
    const { stdout } = await mtl(["diff", run, "runs/other-0001", "--json"], { cwd });
    const found = new Map(
      (JSON.parse(stdout) as { name: string; left: string; right: string }[]).map(({ name, left, right }) => [
        name,
        [left, right],
      ]),
    );
    expect(found.get("params.width")).toEqual(["16", "24"]);
    expect(found.get("letters.embed.table")?.map((shape) => shape.replace(/^.* × /, ""))).toEqual(["16]", "24]"]);
    expect(found.get("seeds.fit")?.[1]).toBe("7");
    expect(found.get("stream letters, shape")).toEqual(["tokens[32 × 16]", "tokens[32 × 24]"]);
    expect(found.get("parameters")?.map((text) => Number(text.replaceAll(",", "")))).toEqual(
      ["names-0001", "other-0001"].map(parametersOf),
    );
    expect(found.get("stage fit, FLOPs per example")?.every((flops) => /^[\d.]+ [kM]$/.test(flops))).toBe(true);
    expect(found.get("language accuracy test")?.every((value) => Number(value) >= 0)).toBe(true);
    expect([...found.keys()].some((name) => name.startsWith("tasks."))).toBe(false);
    expect(await mtl(["diff", run, run], { cwd })).toMatchObject({ code: 0, stdout: "" });
  });

  test("diff lists in one line the parts that only one run has, and prints a table for each kind of difference", async () => {
    const wider = readFileSync(join(cwd, "hello/names.mtl"), "utf8")
      .replace("stream gist = letters -> mean", "stream gist = letters -> mean -> linear(8)")
      .replace(/stage fit \{/, "stage before { optimizer: sgd(rate: 1e-2)  batch: 8  steps: 1 }\n\nstage fit {");
    writeFileSync(join(cwd, "hello/wider.mtl"), wider);
    await mtl(["train", "hello/wider.mtl", "--steps", "2", "--set", "width=16", "--name", "wider"], { cwd });
    const { stdout } = await mtl(["diff", run, "runs/wider-0001"], { cwd });
    expect(stdout).toMatch(
      /^graph +names-0001 +wider-0001\nstream gist +mean +mean -> linear\(8\)\nstream gist, shape +vector\[16\] +vector\[8\]/,
    );
    expect(stdout).toMatch(/\nweight [^]*\ngist\.linear +— +kernel: \[16 × 8\], bias: \[8\]\n/);
    expect(stdout).toMatch(/\ntraining [^]*\nstages\.before +— +optimizer\.kind: sgd/);
    for (const about of ["cost", "circumstance", "result"])
      expect(stdout).toMatch(new RegExp(`\n\n${about} +names-0001 +wider-0001\n`));
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(200);
  });

  test("diff lists what `adapt` makes of a weight in one run alone, with the weights of that", async () => {
    const names = readFileSync(join(cwd, "hello/names.mtl"), "utf8");
    writeFileSync(join(cwd, "hello/adapted.mtl"), `${names}\nadapt "letters.embed.table" -> lora(rank: 2)\n`);
    await mtl(["train", "hello/adapted.mtl", "--steps", "2", "--set", "width=16", "--name", "adapted"], { cwd });
    const { stdout } = await mtl(["diff", run, "runs/adapted-0001"], { cwd });
    expect(stdout).toMatch(/\nletters\.embed\.table\.lora +— +down: \[160 × 2\], up: \[2 × 16\]\n/);
    expect(stdout).toMatch(/\nadapt\.0 +— +weights\.include\.0: letters\.embed\.table, by: lor/);
  });

  test("graph takes the format from the file's extension", async () => {
    expect((await mtl(["graph", "hello/names.mtl", "-o", "names.svg"], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, "names.svg"), "utf8")).toContain("</svg>");
    await mtl(["graph", "hello/names.mtl", "-o", "names.mmd"], { cwd });
    expect(readFileSync(join(cwd, "names.mmd"), "utf8")).toMatch(/^flowchart/);
  });

  test("compile lists the graphs that it writes, and names the page that describes them", async () => {
    const { code, stdout, stderr } = await mtl(
      ["compile", run, "--out", "web", "--task", "kind", "--graphs", "predict", "step"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ["task", "graph"],
      ["kind", "predict"],
      ["kind", "step"],
      [""],
    ]);
    expect(stderr).toContain("web/manifest.json");
    for (const file of ["kind/predict/model.json", "kind/step.onnx", "initial.safetensors"])
      expect(existsSync(join(cwd, "web", file))).toBe(true);
  });

  test("compile writes one format if requested, from a specification with other params", async () => {
    expect(
      (
        await mtl(
          ["compile", "hello/names.mtl", "--out", "web", "--format", "onnx", "--set", "width=16", "--batch", "2"],
          { cwd },
        )
      ).code,
    ).toBe(0);
    expect(existsSync(join(cwd, "web/kind/step.onnx"))).toBe(true);
    expect(existsSync(join(cwd, "web/kind/step"))).toBe(false);
  });

  test.each([
    [["compile", "hello/names.mtl"], "--out"],
    [["compile", "hello/names.mtl", "--out", "runs"], "--force"],
    [["compile", "hello/names.mtl", "--out", "hello", "--force"], "specification"],
    [["compile", "hello/names.mtl", "--out", "web", "--task", "kinds"], "language, kind"],
    [["compile", "hello/names.mtl", "--out", "web", "--stage", "fitting"], "fit"],
    [["compile", "hello/names.mtl", "--out", "web", "--graphs", "forward"], "predict"],
    [["compile", run, "--out", "web", "--set", "width=8"], "trained model"],
    [["compile", "hello", "--out", "web"], "run folder"],
  ])("%j ends with exit code 2 and says what would do", async (argv, said) => {
    const { code, stdout, stderr } = await mtl(argv, { cwd });
    expect(code).toBe(exitCodes.usage);
    expect(stdout).toBe("");
    expect(stderr).toContain(said);
  });

  test("errors end training before a run folder is made", async () => {
    const folder = folderWith({ "a.mtl": wrong });
    const { code, stderr } = await mtl(["train", "a.mtl"], { cwd: folder });
    expect(code).toBe(exitCodes.specification);
    expect(stderr).toContain("MTL2002");
    expect(existsSync(join(folder, "runs"))).toBe(false);
  });
});
