import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { mtl } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-visible-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Control characters that clear the screen, rename the window and reverse the direction of text. */
const hostile = "\u001b[2J\u001b]0;title\u0007\u009b31m\u202e";
const obeyed = /[^\P{Cc}\n]|\u202e/u;

test("control characters in names and cells are escaped on the terminal", async () => {
  const rows = Array.from(
    { length: 20 },
    (_, row) => `${row === 3 ? `"${hostile}"` : row},${row % 2 === 0 ? `yes${hostile}` : "no"}`,
  );
  writeFileSync(join(folder, "rows.csv"), ["x,answer", ...rows].join("\n"));
  writeFileSync(
    join(folder, "a.mtl"),
    `model a\nmodality x: table(numeric: ["x"])\ntask t { from: x -> as_vector  head: linear(2)  target: category("answer", classes: 2) }\ndataset d { path: "rows.csv"  tasks: [t] }\nstage fit { optimizer: sgd(rate: 0.1)  steps: 2 }\n`,
  );
  for (const argv of [
    ["data", "stats", "a.mtl"],
    ["check", `b${hostile}.mtl`],
    ["train", "a.mtl", `--${hostile}`],
    ["explain", hostile],
    ["runs", hostile],
  ]) {
    const { stdout, stderr } = await mtl(argv, { cwd: folder });
    expect(`${stdout}${stderr}`, argv.join(" ")).not.toMatch(obeyed);
    expect(`${stdout}${stderr}`, argv.join(" ")).toContain("␛");
  }
});
