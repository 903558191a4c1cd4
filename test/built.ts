import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../runtime/host/package-root.ts";

/** Compiles the sources into a folder of its own below the package, so that a build that somebody uses is left alone; gives the folder. */
export function build(name: string): string {
  const dist = join(packageRoot(), "node_modules", ".cache", name);
  const tsc = join(packageRoot(), "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, "-p", join(packageRoot(), "tsconfig.build.json"), "--outDir", dist],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The sources do not compile: ${stdout}`);
  return dist;
}
