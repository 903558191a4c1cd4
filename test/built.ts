import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { packageRoot } from "../runtime/host/package-root.ts";

/**
 * Builds the sources into a separate folder in the package, so that the user's own build is not changed, and returns that folder. `DIST` names a build that is used
 * instead; `npm test` has made one already.
 */
export function build(name: string): string {
  const { DIST, npm_lifecycle_event: event } = process.env;
  const built = DIST ?? (event === "test" ? "dist" : undefined);
  if (built !== undefined) return resolve(packageRoot(), built);
  const dist = join(packageRoot(), "node_modules", ".cache", name);
  const script = join(packageRoot(), "build.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--outDir", dist], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The sources cannot be built: ${stdout}${stderr}`);
  return dist;
}
