import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { exitCodes } from "../../runtime/user-error.ts";
import { packageRoot } from "../../compiler/host.ts";

// A folder of its own below the package, so that a build that somebody uses is left alone.
const dist = join(packageRoot(), "node_modules", ".cache", "cli-test-dist");

function built(argv: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(dist, "compiler", "cli", "main.js"), ...argv], { encoding: "utf8", input });
}

beforeAll(() => {
  const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
  spawnSync(process.execPath, [tsc, "-p", join(packageRoot(), "tsconfig.build.json"), "--outDir", dist], { encoding: "utf8" });
});

test("the built command finds its manifest, its prelude and its pages", () => {
  expect(built(["version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(built(["explain", "MTL2002"]).stdout).toContain("unknown_name");
  expect(built(["check", join(packageRoot(), "examples", "mbt.mtl")])).toMatchObject({ status: 0, stdout: "" });
});

test("the process ends with the command's exit code", () => {
  expect(built(["chekc"]).status).toBe(exitCodes.usage);
});
