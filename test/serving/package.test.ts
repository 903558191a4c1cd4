import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { runOf, trainedKinds } from "./model.ts";

const run = promisify(execFile);
const minutes = 60_000;

describe("the package that serves", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "mtl-serving-package-")), "made");
  const mtl = join(folder, "mtl.js");
  let root = "";

  beforeAll(async () => {
    root = await trainedKinds();
    await run(process.execPath, [join(packageRoot(), "serving", "make-package.mjs"), "--output", folder]);
  }, 3 * minutes);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("has at most 250 MB, and no verb that needs what it lacks", async () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
      statSync(join(folder, name)),
    );
    // `du` counts blocks.
    const blocks = files.reduce((sum, { blocks: own, size }) => sum + (own === undefined ? size : 512 * own), 0);
    expect(blocks / 2 ** 20).toBeLessThan(250);
    const { stdout } = await run(process.execPath, [mtl, "--help"]);
    const [, commands = ""] = stdout.split("Commands:");
    const named = [...commands.matchAll(/^ {2}([a-z]+) /gmu)].map(([, verb]) => verb);
    expect(named).toEqual(["serve", "predict", "version", "help"]);
  });

  test(
    "answers from a folder without the sources, says nothing of requests if it is told so, and ends in order",
    async () => {
      const server = spawn(
        process.execPath,
        [mtl, "serve", join(runOf(root), "model"), "--port", "0", "--threads", "1", "--log", "none"],
        {
          cwd: folder,
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      let errors = "";
      server.stderr.on("data", (piece) => (errors += String(piece)));
      const [line] = (await once(server.stdout, "data")) as [Buffer];
      const url = line.toString().trim();
      const asked = { method: "POST", headers: { "content-type": "application/json" }, body: '{"words":"row 3"}' };
      const answer = (await (await fetch(`${url}/predict`, asked)).json()) as object;
      expect(Object.keys(answer)).toEqual(["size"]);
      server.kill("SIGTERM");
      const [code] = (await once(server, "exit")) as [number];
      expect([code, errors]).toEqual([
        0,
        expect.stringMatching(/^kinds, version \w{12}\nEnding: open requests are answered\.\n$/u),
      ]);
    },
    minutes,
  );
});
