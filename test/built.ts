import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../runtime/host/package-root.ts";

/** Builds the sources into a folder of its own below the package, so that a build that somebody uses is left alone; gives the folder. */
export function build(name: string): string {
  const dist = join(packageRoot(), "node_modules", ".cache", name);
  const script = join(packageRoot(), "build.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--outDir", dist], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The sources cannot be built: ${stdout}${stderr}`);
  return dist;
}
