import { describe, expect, test } from "vitest";
import { verbs } from "../../cli/verbs/index.ts";
import { exitCodes } from "../../runtime/user-error.ts";
import { folderWith, mtl } from "./run.ts";

const wrong = "model a\n\nmodality x: tensor(shape: [4])\n\nstream s = x -> lienar(3)\n";
// oxlint-disable-next-line no-control-regex
const escape = /\u001b\[/;

describe("help", () => {
  test.each(verbs.map(({ name }) => name))("of %s begins with examples", async (verb) => {
    const { code, stdout } = await mtl([verb, "--help"]);
    expect(code).toBe(0);
    expect(stdout.startsWith("Examples:\n")).toBe(true);
    expect(stdout.indexOf(`mtl ${verb}`)).toBeLessThan(stdout.indexOf("Usage:"));
  });

  test("lists every verb", async () => {
    const { stdout } = await mtl(["--help"]);
    for (const { name } of verbs) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });
});

describe("a wrong command", () => {
  test.each([
    [["chekc"], "check"],
    [["check", "a.mtl", "--formt", "json"], "--format"],
    [["explain", "unknwon_name"], "unknown_name"],
    [["check", "b.mtl"], "a.mtl"],
  ])("%j is told what was meant, on stderr, with exit code 2", async (argv, meant) => {
    const { code, stdout, stderr } = await mtl(argv, { cwd: folderWith({ "a.mtl": wrong }) });
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain(meant);
    expect(stdout).toBe("");
  });

  test.each([
    [["check"]],
    [["train"]],
    [["train", "--resume", "runs/a", "a.mtl"]],
    [["check", "a.mtl", "--set", "width"]],
    [["train", "a.mtl", "--threads", "0"]],
    [["check", "a.mtl", "--format", "xml"]],
  ])("%j ends with exit code 2", async (argv) => {
    expect((await mtl(argv, { cwd: folderWith({ "a.mtl": wrong }) })).code).toBe(exitCodes.usage);
  });
});

describe("check", () => {
  test("prints problems as its result, with the user's paths, and ends with exit code 3", async () => {
    const { code, stdout } = await mtl(["check", "a.mtl"], { cwd: folderWith({ "a.mtl": wrong }) });
    expect(code).toBe(exitCodes.specification);
    expect(stdout).toContain('error[MTL2002]: "lienar" is not defined.\n --> a.mtl:5:17\n');
    expect(stdout).toContain('help: Did you mean "linear"?');
  });

  test.each([
    ["json", (text: string) => JSON.parse(text).counts.error === 1],
    [
      "sarif",
      (text: string) =>
        JSON.parse(text).runs[0].tool.driver.rules.every(
          (rule: { help: { text: string } }) => rule.help.text.length > 40,
        ),
    ],
    ["github", (text: string) => text.split("\n").some((line) => line.startsWith("::error file=a.mtl,line=5,"))],
  ])("speaks %s", async (format, isSound) => {
    const { code, stdout } = await mtl(["check", "a.mtl", "--format", format], { cwd: folderWith({ "a.mtl": wrong }) });
    expect(code).toBe(exitCodes.specification);
    expect(isSound(stdout)).toBe(true);
  });
});

describe("check --cost", () => {
  const cwd = folderWith({
    "a.mtl":
      'model a\nmodality x: tensor(4)\nstream s = x -> linear(8)\ntask t { from: s -> linear(1)  target: number("y") }\n',
  });

  test("prints a table with the parts above their total", async () => {
    const { code, stdout } = await mtl(["check", "a.mtl", "--cost"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +parameters +FLOPs +weights +activations$/m);
    expect(stdout).toMatch(/^stream s +40 +72 +160 B /m);
    expect(stdout).toMatch(/^total +49 /m);
  });

  test("is part of the report for other tools", async () => {
    const { stdout } = await mtl(["check", "a.mtl", "--cost", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      counts: { error: 0 },
      cost: { parameters: 49, tasks: [{ task: "t", total: { flops: 72 + 17 } }], stages: [] },
    });
  });

  test("counts a model that exceeds a budget too, and shows its most expensive parts", async () => {
    const text =
      'model a\nmodality x: tensor(4)\ntask t { from: x -> linear(1)  target: number("y")  budget: at_most(parameters: 4) }\n';
    const { code, stdout } = await mtl(["check", "a.mtl", "--cost"], { cwd: folderWith({ "a.mtl": text }) });
    expect(code).toBe(exitCodes.specification);
    expect(stdout).toMatch(/^error\[MTL5030\][^]*1 error[^\n]*\n\n5 parameters in total[^]*^task t +5 /m);
  });

  test("counts nothing if there are errors, and is refused if only problems are printed", async () => {
    const wrongly = await mtl(["check", "a.mtl", "--cost", "--json"], { cwd: folderWith({ "a.mtl": wrong }) });
    expect(JSON.parse(wrongly.stdout).cost).toBeUndefined();
    expect((await mtl(["check", "a.mtl", "--cost", "--format", "sarif"], { cwd })).code).toBe(exitCodes.usage);
  });
});

describe("colour", () => {
  const cwd = folderWith({ "a.mtl": wrong });
  test.each([
    ["on a terminal", {}, [], true, true],
    ["not in a file", {}, [], false, false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, [], true, false],
    ["not on a dumb terminal", { TERM: "dumb" }, [], true, false],
    ["in a file with FORCE_COLOR", { FORCE_COLOR: "1" }, [], false, true],
    ["not with --no-color, whatever the variables say", { FORCE_COLOR: "1" }, ["--no-color"], true, false],
    ["in a file with --color", { NO_COLOR: "1" }, ["--color"], false, true],
  ] as const)("is there %s", async (_case, env, flags, terminal, coloured) => {
    const { stdout } = await mtl(["check", "a.mtl", ...flags], { cwd, env, terminal });
    expect(escape.test(stdout)).toBe(coloured);
  });
});

test("explain prints the section of a code, found by code or by name", async () => {
  const byCode = await mtl(["explain", "mtl2002"]);
  const byName = await mtl(["explain", "unknown-name"]);
  expect(byCode.stdout).toContain("MTL2002 unknown_name");
  expect(byName.stdout).toBe(byCode.stdout);
});

test("an unexpected exception is reported as a bug, with the details for a report, and ends with exit code 70", async () => {
  const verb = verbs.find(({ name }) => name === "version");
  if (verb === undefined || !("run" in verb)) throw new Error("no version");
  const original = verb.run;
  Object.assign(verb, { run: () => Promise.reject(new RangeError("out of cheese")) });
  try {
    const { code, stderr } = await mtl(["version"]);
    expect(code).toBe(70);
    expect(stderr).toMatch(/bug in mtl[^]*during: mtl version[^]*RangeError: out of cheese[^]*report/);
  } finally {
    Object.assign(verb, { run: original });
  }
});
