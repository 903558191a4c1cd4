import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { weightsOnDisk } from "../../language-server/server/weights-on-disk.ts";
import { writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

async function write(folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const tensor = { dtype: "F32", shape: [1], data: new Float32Array(1) } as const;
  await writeSafetensors(join(folder, "model.safetensors"), {
    tensors: new Map([[name, tensor]]),
    metadata: new Map(),
  });
}

test("the weights of a specification are those of the runs beside it and above it in the workspace, and of files that it names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-weights-"));
  const workspace = join(folder, "project");
  await write(join(folder, "runs", "outside-0001", "model"), "outside");
  await write(join(workspace, "runs", "above-0001", "model"), "above");
  await write(join(workspace, "models", "runs", "beside-0001", "checkpoints", "step-000002"), "beside");
  await write(join(workspace, "named"), "named");
  mkdirSync(join(workspace, "runs", "empty-0001"));
  const entry = join(workspace, "models", "main.mtl");
  const sources = [join(workspace, "named"), join(workspace, "named", "model.safetensors"), join(workspace, "none")];
  expect(weightsOnDisk(entry, sources, [workspace])).toEqual([["beside"], ["above"], ["named"], ["named"]]);
  expect(weightsOnDisk(entry, [], [])).toEqual([["beside"]]);
});

test("a run of an earlier version is read", () => {
  const entry = join(packageRoot(), "test", "old-runs", "notes", "model.mtl");
  expect(weightsOnDisk(entry, [], []).flat().length).toBeGreaterThan(0);
});
