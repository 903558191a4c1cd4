import { lstatSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../runtime/user-error.ts";
import { folderWith, mtl } from "./run.ts";

const parts = "block twice(x: stream): stream { return x -> lienar(4) }\n";
const wrong = `import { twise } from "./parts.mtl"
model a
modality x: tensor([4])
stream s = x -> twice -> linaer(3)
task t { from: s  target: category("k", clases: 3) }
dataset d { path: "a.jsonl"  tasks: [t] }
stage fit { optimizer: adamw  epochs: 1 }
`;

describe("check --fix", () => {
  test("applies safe fixes to the specification and its imports, lists them, and checks again", async () => {
    const cwd = folderWith({ "a.mtl": wrong, "parts.mtl": parts });
    const { code, stdout, stderr } = await mtl(["check", "a.mtl", "--fix"], { cwd });
    expect(readFileSync(join(cwd, "parts.mtl"), "utf8")).toBe(parts.replace("lienar", "linear"));
    expect(readFileSync(join(cwd, "a.mtl"), "utf8")).toBe(
      wrong.replace("twise", "twice").replace("linaer", "linear").replace("clases", "classes"),
    );
    for (const line of [
      "parts.mtl:1:46: Write `linear` for `lienar`",
      "a.mtl:1:10: Write `twice` for `twise`",
      "a.mtl:4:26: Write `linear` for `linaer`",
      "a.mtl:5:41: Write `classes` for `clases`",
    ])
      expect(stderr).toContain(`${line}\n`);
    // A missing rate has no single right value, so the suggested example is not applied.
    expect(code).toBe(exitCodes.specification);
    expect(stdout).toContain('adamw needs "rate"');
    expect(readdirSync(cwd).toSorted()).toEqual(["a.mtl", "parts.mtl"]);
  });

  test("without --fix no file is changed, and the command that would fix it is named", async () => {
    const cwd = folderWith({ "a.mtl": wrong, "parts.mtl": parts });
    const { stderr } = await mtl(["check", "a.mtl"], { cwd });
    expect(stderr).toMatch(/\d problems can be corrected: mtl check a\.mtl --fix/);
    expect(readFileSync(join(cwd, "a.mtl"), "utf8")).toBe(wrong);
  });

  test("keeps line ends, a byte order mark, and links", async () => {
    const text = `\uFEFF${wrong.replace("twise", "twice").replaceAll("\n", "\r\n").replace(" }\r\nstage", "\r\nstage")}`;
    const cwd = folderWith({ "real.mtl": text, "parts.mtl": parts.replace("lienar", "linear") });
    symlinkSync(join(cwd, "real.mtl"), join(cwd, "a.mtl"));
    await mtl(["check", "a.mtl", "--fix"], { cwd });
    const fixed = readFileSync(join(cwd, "real.mtl"), "utf8");
    expect(fixed.startsWith("\uFEFFimport")).toBe(true);
    expect(fixed).toContain('"a.jsonl"  tasks: [t]\r\n}\r\nstage');
    expect(fixed.replaceAll("\r\n", "")).not.toContain("\n");
    expect(lstatSync(join(cwd, "a.mtl")).isSymbolicLink()).toBe(true);
  });

  test("a specification from stdin cannot be fixed", async () => {
    const { code, stderr } = await mtl(["check", "-", "--fix"], { cwd: folderWith({}), stdin: wrong });
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain("cannot be read");
  });

  test("JSON has every fix with its replacement, and marks the safe ones", async () => {
    const cwd = folderWith({ "a.mtl": wrong, "parts.mtl": parts });
    const { stdout } = await mtl(["check", "a.mtl", "--json"], { cwd });
    const { diagnostics } = JSON.parse(stdout) as {
      readonly diagnostics: readonly { readonly name: string; readonly fixes: readonly object[] }[];
    };
    expect(diagnostics.find(({ name }) => name === "missing_option")?.fixes).toEqual([
      {
        title: "Add `rate: 0.001`",
        replacement: "(rate: 0.001)",
        safety: "guess",
        file: "a.mtl",
        start: { line: 7, column: 29 },
        end: { line: 7, column: 29 },
      },
    ]);
    const sarif = JSON.parse((await mtl(["check", "a.mtl", "--format", "sarif"], { cwd })).stdout) as {
      readonly runs: readonly { readonly results: readonly { readonly fixes?: readonly object[] }[] }[];
    };
    expect(sarif.runs[0]?.results.filter(({ fixes }) => fixes)).toHaveLength(
      diagnostics.filter(({ fixes }) => fixes.length > 0).length,
    );
  });
});
