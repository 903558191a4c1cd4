import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { env, execPath } from "node:process";
import { packageRoot } from "../../runtime/host/package-root.ts";

export interface BuiltSite {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Builds the documentation around a built playground, as `npm run docs` does. `SITE` names a build that is used instead. */
export async function builtSite(playground: string): Promise<BuiltSite> {
  const built = env["SITE"];
  if (built !== undefined) return { folder: resolve(packageRoot(), built), remove: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "mtl-site-"));
  await vitepress(["build", "docs", "--outDir", folder], { PLAYGROUND: playground });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

function vitepress(words: readonly string[], more: Readonly<Record<string, string>>): Promise<void> {
  const program = join(packageRoot(), "node_modules", "vitepress", "bin", "vitepress.js");
  const child = spawn(execPath, [program, ...words], {
    cwd: packageRoot(),
    env: { ...env, NODE_ENV: "production", ...more },
  });
  const said: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => said.push(piece));
  child.stderr.on("data", (piece: Buffer) => said.push(piece));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`The site cannot be built: ${Buffer.concat(said).toString()}`));
    });
  });
}
