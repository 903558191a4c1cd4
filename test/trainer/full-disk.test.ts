import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { fullDisk } from "./full-disk.ts";
import { killedStages } from "./killed-stages.ts";
import { tinyProgram } from "./tiny-program.ts";
import { newFolder, outcome, run } from "./tiny-run.ts";

const program = tinyProgram(killedStages);
let engine: Engine;
let whole: string;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
  whole = await newFolder();
  await run({ folder: whole, program, engine });
});
afterAll(() => engine.dispose());

// The disk is full between the first file of the first checkpoint and late in the second stage, at odd offsets: within
// weights, slots, states, pointers and log lines.
test.each([0, 100, 1_503, 2_950, 4_301, 9_007, 17_011, 33_333, 50_021])(
  "a disk that is full after %i bytes ends the run with a message, and the last good checkpoint goes on to the same bits",
  async (room) => {
    const folder = await newFolder();
    await expect(run({ folder, program, engine, disk: fullDisk(room) })).rejects.toMatchObject({
      name: "UserError",
      kind: "run_failed",
      message: expect.stringMatching(/^Cannot write .+: ENOSPC/),
      help: expect.stringContaining("full"),
    });
    const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
    for (const name of await checkpoints.names()) await checkpoints.read(name);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes("partial"))).toEqual([]);
    await run({ folder, program, engine });
    expect(await outcome(folder)).toEqual(await outcome(whole));
  },
);
