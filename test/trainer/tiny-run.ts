import { appendFileSync, cpSync, mkdtempSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { TrainingState } from "../../runtime/checkpoint/training-state.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import type { WritableFiles } from "../../runtime/files/write-atomically.ts";
import { type LogHost, MetricsLog } from "../../runtime/run/metrics-log.ts";
import type { TrainingObserver } from "../../runtime/train/phase/observer.ts";
import type { StageLoop } from "../../runtime/train/phase/open-stage.ts";
import type { Program } from "../../runtime/train/program.ts";
import { type TrainingEnd, trainAll } from "../../runtime/train/phase/trainer.ts";
import { tinyData } from "./tiny-data.ts";

export interface TinyRun {
  readonly folder: string;
  readonly program: Program;
  readonly engine: Engine;
  readonly data?: Data;
  readonly observer?: TrainingObserver;
  readonly interrupt?: AbortSignal;
  readonly mostSteps?: number;
  readonly loop?: StageLoop | undefined;
  /** Writes checkpoints and the log; by default they are written to disk. */
  readonly disk?: Disk;
}

export interface Disk {
  readonly files: WritableFiles;
  readonly write: LogHost["write"];
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "mtl-trainer-"));
}

/** Trains in `folder`, from its newest checkpoint if it has one. */
export async function run({
  folder,
  program,
  engine,
  disk,
  data = tinyData(),
  observer = {},
  interrupt = new AbortController().signal,
  mostSteps = Infinity,
  loop,
}: TinyRun): Promise<TrainingEnd> {
  const checkpoints = new CheckpointFolder(join(folder, "checkpoints"), disk?.files);
  const newest = await checkpoints.newest();
  const log = await MetricsLog.open(join(folder, "metrics.jsonl"), newest?.checkpoint.state.metricsBytes ?? 0, {
    now: () => new Date(0),
    ...(disk ? { write: disk.write } : {}),
  });
  try {
    return await trainAll({
      program,
      engine,
      data,
      observer,
      interrupt,
      mostSteps,
      loop,
      checkpoints,
      log,
      sources: new Map(),
      ...(newest ? { resumed: newest.checkpoint } : {}),
    });
  } finally {
    log.close();
  }
}

/** The files of a finished run, including all results of a fork, for comparison bit by bit. */
export async function outcome(folder: string): Promise<{ readonly [file: string]: string }> {
  const checkpoints = join(folder, "checkpoints");
  const last = (await readFile(join(checkpoints, "last"), "utf8")).trim();
  const { phases } = JSON.parse(await readFile(join(checkpoints, last, "state.json"), "utf8")) as TrainingState;
  const results = phases
    .flatMap(({ fork, ...phase }) => (fork === undefined ? [] : [phase.last, phase.best]))
    .map((name) => `checkpoints/${name}/model.safetensors`);
  const files = [
    ...results,
    "metrics.jsonl",
    "checkpoints/last",
    "checkpoints/best",
    ...["model.safetensors", "optimizer.safetensors", "state.json"].map((file) => `checkpoints/${last}/${file}`),
  ];
  const contents = await Promise.all(
    files.map(async (file) => [file, (await readFile(join(folder, file))).toString("base64")] as const),
  );
  return Object.fromEntries(contents);
}

/**
 * Copies the run's folder at every checkpoint, as a kill right after it would leave it, with what was logged behind.
 */
export function snapshots(folder: string): { readonly observer: TrainingObserver; readonly copies: readonly string[] } {
  const copies: string[] = [];
  const copy = () => {
    const to = mkdtempSync(join(tmpdir(), "mtl-trainer-"));
    cpSync(folder, to, { recursive: true });
    appendFileSync(join(to, "metrics.jsonl"), '{"step":999,"a line of a step that is run again');
    copies.push(to);
  };
  return { observer: { onCheckpoint: copy }, copies };
}
