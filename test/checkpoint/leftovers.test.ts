import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { mendLeftovers } from "../../runtime/files/leftovers.ts";
import { replaceFolder } from "../../runtime/export/replace-folder.ts";
import { resume } from "../../runtime/index.ts";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mtl-leftovers-"));
  made.push(folder);
  return folder;
}

/** The id of a process that has ended. */
const gone = spawnSync(process.execPath, ["--version"]).pid;

test("partial files of a process that has ended are removed, at any depth, and those of a running one are kept", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "checkpoints", `.step-000010.${gone}.partial`), { recursive: true });
  mkdirSync(join(folder, "checkpoints", ".step-000005.partial"));
  for (const name of [`.model.json.${gone}.partial`, `.model.json.${process.ppid}.partial`, ".hidden", "a.partial"])
    writeFileSync(join(folder, name), "half");
  await mendLeftovers(folder, { depth: "deep" });
  expect(readdirSync(folder).toSorted()).toEqual([
    ".hidden",
    `.model.json.${process.ppid}.partial`,
    "a.partial",
    "checkpoints",
  ]);
  expect(readdirSync(join(folder, "checkpoints"))).toEqual([]);
});

test("a resumed run removes the partial files from when it was killed", async () => {
  const folder = newFolder();
  cpSync(join(packageRoot(), "test", "old-runs", "mixed"), folder, { recursive: true });
  const run = join(folder, "runs", "halted-0001");
  writeFileSync(join(run, "model", `.model.safetensors.${gone}.partial`), "half");
  await resume(run, { threads: 1 });
  expect(readdirSync(run, { recursive: true }).filter((name) => String(name).endsWith(".partial"))).toEqual([]);
});

test("a folder that was being renamed when its writer was killed gets its name back, even if the next writer fails", async () => {
  const folder = newFolder();
  const [place, old] = [join(folder, "out"), join(folder, `.out.${gone}.old`)];
  mkdirSync(old);
  writeFileSync(join(old, "a"), "good");
  const failing = replaceFolder({
    path: place,
    replace: "anything",
    ownFiles: async () => new Set(["a"]),
    fill: () => Promise.reject(new Error("no")),
  });
  await expect(failing).rejects.toThrow("no");
  expect(readFileSync(join(place, "a"), "utf8")).toBe("good");
  expect(existsSync(old)).toBe(false);
});

test("a checkpoint that was being replaced gets its name back, unless its successor has it; other files stay", async () => {
  const folder = newFolder();
  const checkpoints = join(folder, "checkpoints");
  for (const [name, text] of [
    [".step-000005.former", "only"],
    [".step-000010.former", "replaced"],
    ["step-000010", "successor"],
  ] as const) {
    mkdirSync(join(checkpoints, name), { recursive: true });
    writeFileSync(join(checkpoints, name, "state.json"), text);
  }
  writeFileSync(join(folder, ".notes.old"), "somebody's own");
  await mendLeftovers(folder, { depth: "deep" });
  expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()).toEqual(
    [
      ".notes.old",
      "checkpoints",
      ...["step-000005", "step-000010"].flatMap((name) => [`checkpoints/${name}`, `checkpoints/${name}/state.json`]),
    ].toSorted(),
  );
  expect(readFileSync(join(checkpoints, "step-000005", "state.json"), "utf8")).toBe("only");
  expect(readFileSync(join(checkpoints, "step-000010", "state.json"), "utf8")).toBe("successor");
});
