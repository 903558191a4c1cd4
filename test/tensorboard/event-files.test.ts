import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { MetricsLog } from "../../runtime/run/metrics-log.ts";
import { EventFiles, tagOf } from "../../runtime/tensorboard/event-files.ts";
import { crc32c, readEventFile } from "./read-events.ts";

const time = new Date("2026-03-01T12:00:00.250Z");
const at = (step: number, more: object = {}) =>
  ({ step, epoch: 0, stage: "fit", task: "size", split: "train", name: "loss", value: step / 8, ...more }) as const;

const newFolder = () => mkdtempSync(join(tmpdir(), "mtl-tensorboard-"));

async function logged(folder: string, bytes: number, write: (log: MetricsLog) => void): Promise<void> {
  const log = await MetricsLog.open(join(folder, "metrics.jsonl"), bytes, { now: () => time });
  await log.copyTo(await EventFiles.create(join(folder, "tensorboard")));
  write(log);
  log.close();
}

function scalars(folder: string, split: string) {
  const path = join(folder, "tensorboard", split);
  return readEventFile(readFileSync(join(path, readdirSync(path)[0] ?? "")));
}

test("the reader's checksum is CRC32C: its published check value", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

describe("event files", () => {
  test("hold each value under the task's tag, in a file for each split", async () => {
    const folder = newFolder();
    await logged(folder, 0, (log) => {
      log.add(at(1));
      log.add(at(1, { task: null, name: "rate", value: 0.01 }));
      log.add(at(1, { split: "validation", name: "rmse", value: Number.NaN }));
      log.add(at(2 ** 40, { task: "größe", name: "loss/cross_entropy", value: -3 }));
    });
    const train = scalars(folder, "train");
    expect(train.version).toBe("brain.Event:2");
    expect(train.scalars).toEqual([
      { step: 1, tag: "size/loss", value: 0.125, wallTime: time.getTime() / 1000 },
      { step: 1, tag: "step/rate", value: Math.fround(0.01), wallTime: time.getTime() / 1000 },
      { step: 2 ** 40, tag: "größe/loss/cross_entropy", value: -3, wallTime: time.getTime() / 1000 },
    ]);
    expect(scalars(folder, "validation").scalars).toMatchObject([{ tag: "size/rmse", value: Number.NaN }]);
  });

  test("end at the checkpoint when a run goes on, and double nothing", async () => {
    const [whole, resumed] = [newFolder(), newFolder()];
    const steps = Array.from({ length: 120 }, (_, index) => at(index + 1, { task: index % 3 === 0 ? "kind" : "size" }));
    await logged(whole, 0, (log) => steps.forEach((step) => log.add(step)));
    let bytes = 0;
    await logged(resumed, 0, (log) => {
      for (const step of steps.slice(0, 70)) log.add(step);
      bytes = log.sync();
      log.add(at(71, { value: 99 }));
    });
    await logged(resumed, bytes, (log) => steps.slice(70).forEach((step) => log.add(step)));
    expect(scalars(resumed, "train")).toEqual(scalars(whole, "train"));
    expect(scalars(resumed, "train").scalars.filter(({ tag }) => tag.endsWith("/loss"))).toHaveLength(120);
  });

  test("tell how often each task was drawn, window by window", async () => {
    const folder = newFolder();
    await logged(folder, 0, (log) => {
      for (let step = 1; step <= 101; step++)
        log.add(at(step, { task: step % 5 === 0 && step <= 50 ? "kind" : "size" }));
    });
    const shares = scalars(folder, "train").scalars.filter(({ tag }) => tag.endsWith("/sampler/share"));
    expect(shares.map(({ step, tag, value }) => [step, tag, value])).toEqual([
      [50, "size/sampler/share", Math.fround(0.8)],
      [50, "kind/sampler/share", Math.fround(0.2)],
      [100, "size/sampler/share", 1],
      [100, "kind/sampler/share", 0],
    ]);
  });
});

const reader = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
print(json.dumps({tag: [[each.step, each.value, each.wall_time] for each in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))
`;
const hasTensorBoard = spawnSync("python3", ["-c", "import tensorboard"]).status === 0;
if (!hasTensorBoard) console.warn("TensorBoard itself reads no event files here: `pip install tensorboard`.");

describe.skipIf(!hasTensorBoard)("TensorBoard", () => {
  const folder = newFolder();
  beforeAll(() =>
    logged(folder, 0, (log) =>
      Array.from({ length: 60 }, (_, index) =>
        log.add(at(index + 1, { task: index % 2 === 0 ? "size" : "kind", value: 1 / (index + 1) })),
      ),
    ),
  );

  test("reads what we read", () => {
    const { stdout, stderr } = spawnSync("python3", ["-c", reader, join(folder, "tensorboard", "train")], {
      encoding: "utf8",
    });
    expect(stdout, stderr).not.toBe("");
    const ours = scalars(folder, "train").scalars;
    const expected = Object.fromEntries(
      ours.map(({ tag }) => [
        tag,
        ours.filter((each) => each.tag === tag).map(({ step, value, wallTime }) => [step, value, wallTime]),
      ]),
    );
    expect(JSON.parse(stdout)).toEqual(expected);
    expect(Object.keys(expected)).toContain(tagOf({ task: "size", name: "loss" }));
  });
});
