import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Verb } from "../../cli/verb.ts";
import { verbs } from "../../cli/verbs/index.ts";
import { type Ran, folderWith, mtl } from "./run.ts";

/** Words for paths in the declarations of the verbs, each with a valid value. */
const pathWords: Readonly<Record<string, string>> = {
  specification: "m.mtl",
  source: "m.mtl",
  subject: "m.mtl",
  run: "runs/m-0001",
  left: "runs/m-0001",
  right: "runs/m-0001",
  folder: "made",
  file: "made.x",
  files: "d.jsonl",
  paths: "m.mtl",
  path: "d.jsonl",
  table: "d.jsonl",
  "name=path": "input=d.jsonl",
  "name=value": "input=d.jsonl",
};
/** Words for other values. A new word must be added here or above. */
const others = new Set([
  "modality",
  "library",
  "measure",
  "values",
  "method",
  "name",
  "names",
  "stream",
  "number",
  "rows",
  "format",
  "choice",
  "split",
  "kinds",
  "engine",
  "threads",
  "topic",
  "shell",
  "code",
  "verb",
  "pattern",
  "task",
]);

interface PathArgument {
  readonly verb: string;
  readonly word: string;
  /** The command with another path for this argument. */
  readonly command: (path: string) => readonly string[];
}

/** All verbs but those that serve until they are interrupted: `test/browser/preview.test.ts`, `test/serving/verb.test.ts`. */
const leaves: readonly (readonly [string, Verb])[] = verbs
  .filter(({ name }) => !["preview", "serve"].includes(name))
  .flatMap((verb): readonly (readonly [string, Verb])[] =>
    "verbs" in verb
      ? verb.verbs.map((each) => [`${verb.name} ${each.name}`, each] as const)
      : [[verb.name, verb] as const],
  );

const word = (flags: string): string => /[<[]([^\]>.]+)(?:\.\.\.)?[\]>]/u.exec(flags)?.[1] ?? "";

function declared(verb: Verb): {
  readonly args: readonly string[];
  readonly options: readonly { readonly flag: string; readonly word: string }[];
} {
  const command = new Command();
  verb.configure(command);
  return {
    args: command.registeredArguments.map((argument) => argument.name()),
    options: command.options.flatMap(({ long, flags }) =>
      word(flags) === "" ? [] : [{ flag: long ?? "", word: word(flags) }],
    ),
  };
}

/** Valid values of all words, with which a verb gets as far as possible. */
const right: Readonly<Record<string, string>> = {
  ...pathWords,
  stream: "x",
  topic: "linear",
  code: "MTL1001",
  shell: "bash",
};

function pathArgumentsOf([name, verb]: readonly [string, Verb]): readonly PathArgument[] {
  const { args, options } = declared(verb);
  const given = args.map((each) => right[each] ?? "x");
  const least = name === "train" ? ["--steps", "1"] : name === "smoke" ? ["--steps", "1"] : [];
  return [
    ...args.flatMap((each, index): readonly PathArgument[] =>
      each in pathWords && !(name === "explain")
        ? [
            {
              verb: name,
              word: each,
              command: (path) => [
                ...name.split(" "),
                ...given.map((value, at) => (at === index ? path : value)),
                ...least,
              ],
            },
          ]
        : [],
    ),
    ...options.flatMap(({ flag, word: each }): readonly PathArgument[] => {
      if (!(each in pathWords) || (each === "name=value" && flag === "--set")) return [];
      const prefix = each.startsWith("name=") ? "input=" : "";
      return [
        {
          verb: name,
          word: flag,
          command: (path) => [
            ...name.split(" "),
            ...(flag === "--resume" ? [] : given),
            ...least,
            flag,
            `${prefix}${path}`,
          ],
        },
      ];
    }),
  ];
}

const specification = `model m
modality input: text(max_length: 8, tokenizer: bytes)
stream x = input -> embed(4) -> mean
task t { from: x  head: linear(2)  target: category("k", classes: 2) }
dataset d { path: "d.jsonl"  tasks: [t] }
stage s { optimizer: adamw(rate: 1e-3)  steps: 1  batch: 8 }
`;

/** Unusual values of a path. Those that do not begin with a slash are in the folder. */
const paths = [
  "",
  "d.jsonl",
  "m.mtl",
  "empty.txt",
  "folder",
  "runs",
  "runs/m-0001",
  "runs/m-0001/model",
  "missing",
  "missing/deeper/x",
  "d.jsonl/below",
  "locked",
  "locked/x",
  "locked.txt",
  "nowhere",
  "loop",
  "loop/x",
  "pipe",
  "/dev/null",
  "/dev/zero",
  "/dev/full",
  "a\0b",
  "long".repeat(100),
  "line\nbreak",
  "-",
  "..",
  "*",
  "{a,b",
] as const;

/** A sample for each argument, such that all paths occur. With `PATHS=all` each argument is tried with all of them. */
function sampleOf(argument: number): readonly string[] {
  return process.env["PATHS"] === "all"
    ? paths
    : Array.from({ length: 5 }, (_, each) => paths[(argument * 11 + each * 6) % paths.length] ?? "");
}

describe("no path for any argument of any verb is reported as a bug of mtl", () => {
  let parent = "";
  let fresh = "";
  let folder = "";

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), "mtl-paths-"));
    [fresh, folder] = ["fresh", "folder"].map((name) => join(parent, name)) as [string, string];
    mkdirSync(fresh);
    writeFileSync(join(fresh, "m.mtl"), specification);
    writeFileSync(
      join(fresh, "d.jsonl"),
      Array.from({ length: 40 }, (_, index) =>
        JSON.stringify({ input: `row ${index}`, k: index % 2 === 0 ? "a" : "b" }),
      ).join("\n"),
    );
    await mtl(["train", "m.mtl"], { cwd: fresh });
    writeFileSync(join(fresh, "empty.txt"), "");
    writeFileSync(join(fresh, "locked.txt"), "x");
    for (const name of ["folder", "locked"]) mkdirSync(join(fresh, name));
    symlinkSync("nowhere-at-all", join(fresh, "nowhere"));
    symlinkSync("loop", join(fresh, "loop"));
  }, 60_000);
  afterAll(() => {
    unlock();
    rmSync(parent, { recursive: true, force: true });
  });

  /** Files without permissions could not be removed. */
  function unlock(): void {
    for (const name of ["locked", "locked.txt"])
      if (existsSync(join(folder, name))) chmodSync(join(folder, name), 0o700);
  }

  /** Restores the folder, since a verb may have written into it. */
  function renew(): void {
    unlock();
    rmSync(folder, { recursive: true, force: true });
    cpSync(fresh, folder, { recursive: true, verbatimSymlinks: true });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const name of ["locked", "locked.txt"]) chmodSync(join(folder, name), 0);
  }

  test("every word of the declarations is listed as a path or as another value", () => {
    const words = new Set(
      leaves.flatMap(([, verb]) => [...declared(verb).args, ...declared(verb).options.map((option) => option.word)]),
    );
    expect([...words].filter((each) => !(each in pathWords) && !others.has(each))).toEqual([]);
  });

  test.each(
    leaves
      .flatMap(pathArgumentsOf)
      .map((argument, index) => [`${argument.verb}: ${argument.word}`, argument, index] as const),
  )(
    "%s",
    async (_, { command }, index) => {
      const faults: string[] = [];
      for (const path of sampleOf(index)) {
        renew();
        const ran = await Promise.race([
          mtl(command(path), { cwd: folder }),
          new Promise<Ran>((resolve) =>
            setTimeout(() => resolve({ code: -1, stdout: "", stderr: "no answer in time" }), 15_000),
          ),
        ]);
        if (ran.code === 70 || ran.code === -1 || /This is a bug|\n\s+at /u.test(ran.stderr))
          faults.push(
            `${JSON.stringify(command(path))}: ${ran.code} ${ran.stderr.split("\n").slice(0, 5).join(" / ")}`,
          );
      }
      expect(faults).toEqual([]);
    },
    120_000,
  );
});

test("a training that fails before its first step leaves nothing", async () => {
  const whole = {
    "d.jsonl": Array.from({ length: 40 }, (_, index) =>
      JSON.stringify({ input: `row ${index}`, k: index % 2 === 0 ? "a" : "b" }),
    ).join("\n"),
  };
  for (const [files, command] of [
    [{ "m.mtl": specification }, ["train", "m.mtl"]],
    [{ ...whole, "m.mtl": specification.replace("optimizer", 'init: from("nowhere")  optimizer') }, ["train", "m.mtl"]],
    [{ ...whole, "m.mtl": specification.replace('"k", classes: 2', '"missing", classes: 2') }, ["train", "m.mtl"]],
    [{ ...whole, "m.mtl": specification }, ["train", "m.mtl", "--data", "nowhere"]],
  ] as const) {
    const cwd = folderWith(files);
    const { code } = await mtl(command, { cwd });
    expect(code).not.toBe(0);
    expect(readdirSync(cwd).toSorted()).toEqual(Object.keys(files).toSorted());
    rmSync(cwd, { recursive: true });
  }
});

test.runIf(process.platform === "linux")("no device was replaced by a file", () => {
  for (const device of ["/dev/null", "/dev/zero", "/dev/full"])
    expect(statSync(device).isCharacterDevice(), device).toBe(true);
});
