import { cpSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { compileFile, train } from "../../runtime/index.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { startingWeights, weightKey } from "../../runtime/train/phase/phase-weights.ts";
import { mtl } from "../cli/run.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "mtl-ca-mtl-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const frozenLayers = '"context.encoder.{0..1}.**"';

/** Trains the example on synthetic data, with frozen embeddings as in the paper. It returns the weights before and after the stage `joint`. */
async function trainJoint(): Promise<{
  readonly before: Tensors;
  readonly after: Tensors;
  readonly used: readonly string[];
}> {
  const set = { width: "32" };
  expect(
    (
      await mtl([
        "data",
        "synth",
        join(packageRoot(), "examples", "ca_mtl.mtl"),
        "--out",
        join(root, "synthetic"),
        "--rows",
        "150",
      ])
    ).code,
  ).toBe(0);
  const entry = join(root, "synthetic", "ca_mtl.mtl");
  const text = await readFile(entry, "utf8");
  expect(text).toContain(frozenLayers);
  await writeFile(
    entry,
    text.replace(frozenLayers, `"context.{words,with_*,positions,normalise}.**", ${frozenLayers}`),
  );
  const [runs, kept] = [join(root, "runs"), join(root, "read")];
  const checkpoints = new CheckpointFolder(new RunFolder(join(runs, "ca_mtl-0001")).checkpoints);
  const onStage = ({ stage }: { readonly stage: string }) => {
    if (stage === "joint") cpSync(checkpoints.folderOf("step-000006"), kept, { recursive: true });
  };
  await train({ specification: entry, set, runs, steps: 6, threads: 1, observer: { onStage } });
  const newest = await checkpoints.newest();
  if (newest?.checkpoint.state.phase !== "joint") throw new Error("the run did not end with joint");
  const plan = compileFile(entry, set).program.plan("joint");
  return {
    before: startingWeights(plan, await readModel(kept), plan.stage.seed),
    after: newest.checkpoint.model,
    used: plan.weights.map(weightKey),
  };
}

test("frozen weights keep their bits over mixed steps of four tasks, and all other weights change", async () => {
  const { before, after, used } = await trainJoint();
  const isSame = (name: string) =>
    Buffer.from(before.get(name)?.data.buffer ?? expect.fail()).equals(
      Buffer.from(after.get(name)?.data.buffer ?? expect.fail()),
    );
  // Embeddings and lower layers are frozen as in the paper, except for the weights that condition them on the task.
  const isFrozen = (name: string) =>
    /^context\.(words|with_cls|with_segments|positions|normalise)\./u.test(name) ||
    (/^context\.encoder\.[01]\./u.test(name) && !name.includes(".conditional_bias."));
  expect(used.filter(isFrozen).length).toBeGreaterThan(30);
  expect(used.filter((name) => isSame(name) !== isFrozen(name))).toEqual([]);
}, 120_000);
