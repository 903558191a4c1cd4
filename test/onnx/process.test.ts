import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { tryEngine } from "./support.ts";

const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  // Inside node_modules, so that the bundle finds the packages that it leaves out.
  const cache = join(import.meta.dirname, "../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "one-run-"));
  await build({
    configFile: false,
    logLevel: "silent",
    build: {
      ssr: join(import.meta.dirname, "one-run.ts"),
      outDir: folder,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "one-run.mjs" } },
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * A TensorFlow that is newer than the one of tfjs-node tells how it was built before it reads how much it should say.
 */
const TENSORFLOW_BUILD = /^(WARNING: All log messages before absl|I0000 ).*\n/gm;

it.for(engineNames)(
  "a process that used %s ends by itself and has written nothing but its own",
  async (name, { skip }) => {
    const engine = await tryEngine(name);
    if (typeof engine === "string") skip(engine);
    else await engine.dispose();
    const { stdout, stderr } = await run(process.execPath, [join(folder, "one-run.mjs"), name], { timeout: 20_000 });
    expect(stdout).toBe("3");
    expect(stderr.replaceAll(TENSORFLOW_BUILD, "")).toBe("");
  },
);
