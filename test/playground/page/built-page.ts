import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { env } from "node:process";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { packageRoot } from "../../../runtime/host/package-root.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the built page. */
    readonly playground: string;
  }
}

let made: string | undefined;

/** Builds the playground once for all tests of this folder, without data. `PLAYGROUND` names a build that is used instead. */
export async function setup({ provide }: TestProject): Promise<void> {
  const built = env["PLAYGROUND"];
  if (built !== undefined) return provide("playground", resolve(packageRoot(), built));
  made = mkdtempSync(join(tmpdir(), "mtl-playground-"));
  const { NODE_ENV } = env;
  // Vite builds for development where this is "test", and such a page is not kept for the time without a network.
  env["NODE_ENV"] = "production";
  try {
    await build({
      configFile: join(packageRoot(), "playground", "vite.config.ts"),
      logLevel: "error",
      build: { outDir: made, copyPublicDir: false },
    });
  } finally {
    env["NODE_ENV"] = NODE_ENV;
  }
  provide("playground", made);
}

export async function teardown(): Promise<void> {
  if (made !== undefined) await rm(made, { recursive: true, force: true });
}
