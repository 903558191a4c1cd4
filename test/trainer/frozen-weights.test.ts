import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { train } from "../../runtime/index.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { specification, writeSmallModel } from "./small-model.ts";
import { newFolder } from "./tiny-run.ts";

let root: string;
beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
});

/** Weights at the end of a stage that trains everything, and at the end of the next. */
async function trained(options: string): Promise<{ readonly before: Tensors; readonly after: Tensors }> {
  const entry = join(root, "frozen.mtl");
  const warm = "stage warm {\n  optimizer: adamw(rate: 1e-2)\n  steps: 3\n}\n\nstage fit {\n  freeze: [seen]";
  writeFileSync(
    entry,
    specification()
      .replace("stage fit {", warm)
      .replace("  optimizer: adamw(rate: 1e-2)\n  batch: 16\n  epochs: 3\n", `  batch: 8\n  steps: 6\n  ${options}\n`),
  );
  const runs = await newFolder();
  const folderOf = (run: string, step: number) =>
    new CheckpointFolder(new RunFolder(run).checkpoints).folderOf(`step-00000${step}`);
  const onStage = ({ stage }: { readonly stage: string }) => {
    if (stage === "fit") cpSync(folderOf(join(runs, "colours-0001"), 3), join(runs, "warm"), { recursive: true });
  };
  const { folder } = await train({
    specification: entry,
    runs,
    threads: 1,
    interrupt: new AbortController().signal,
    observer: { onStage },
  });
  return { before: await readModel(join(runs, "warm")), after: await readModel(folderOf(folder, 9)) };
}

const decaying = "optimizer: adamw(rate: 1e-2, weight_decay: 0.1)";

test.each([
  decaying,
  `${decaying} untouched: decay`,
  `${decaying} step: joint clip: 0.5 accumulate: 2`,
  `${decaying} step: mixed`,
  `${decaying} average: exponential(decay: 0.5)`,
  'optimizer: adamw(rate: 1e-2, groups: [group("**.kernel", rate: 1e-1, weight_decay: 0.5)])',
  "optimizer: lamb(rate: 1e-2, weight_decay: 0.1) untouched: decay",
  "optimizer: adafactor(weight_decay: 0.1) untouched: decay",
  `${decaying} cache: off`,
])("a frozen weight keeps its bits, and the others move: %s", async (options) => {
  const { before, after } = await trained(options);
  const names = [...before.keys()];
  const isSame = (name: string) =>
    Buffer.from(before.get(name)?.data.buffer ?? expect.fail()).equals(
      Buffer.from(after.get(name)?.data.buffer ?? expect.fail()),
    );
  expect(names.filter((name) => name.startsWith("seen."))).toHaveLength(2);
  expect(names.filter(isSame)).toEqual(names.filter((name) => name.startsWith("seen.")));
});
