import { readFile } from "../host/files.ts";
import { join } from "../host/paths.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { CompiledSpecification } from "../compile.ts";
import type { Data } from "../data/data.ts";
import { OnnxEngine } from "../engines/onnx.ts";
import { evaluatePass } from "../evaluation/evaluate-split.ts";
import { readBundleOf, readRunLock } from "../run/run-lock.ts";
import { findRunData } from "../run/run-data.ts";
import { RunFolder } from "../run/run-folder.ts";
import { withEngineAndData } from "../model/with-engine-and-data.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { TensorStore } from "../train/step/tensor-store.ts";
import { taskOf } from "../train/program.ts";
import type { CompiledInt8 } from "./manifest.ts";
import type { WrittenGraph } from "./write-graphs.ts";

/** The two models of a task's predictions. */
export interface PredictionModels {
  readonly task: string;
  /** The graph that they were made of, for a number of rows that they take. */
  readonly graph: Graph;
  readonly rows: number;
  /** Paths of the models. */
  readonly float32: string;
  readonly int8: string;
}

export interface Int8Measurement {
  /** The folder of the run. */
  readonly run: string;
  /** The folder that its data has been moved to. */
  readonly data: string | undefined;
  readonly models: readonly PredictionModels[];
}

/** Rows of a batch of models that take any number. */
const batch = 32;

/** The models of single tasks that predict. */
export function predictionModels(folder: string, written: readonly WrittenGraph[]): readonly PredictionModels[] {
  return written.flatMap(({ description, graph: make }) => {
    const { kind, tasks, onnx, int8 } = description;
    const [task, ...others] = tasks;
    const rows = description.batch === "any" ? batch : (description.batch ?? 1);
    const graph = kind === "predict" && others.length === 0 && onnx && int8 ? make(rows) : undefined;
    if (!graph || task === undefined || onnx === undefined || int8 === undefined) return [];
    return [{ task, graph, rows, float32: join(folder, onnx), int8: join(folder, int8) }];
  });
}

/** Measures both models of each task on the validation rows of a run, by the metrics of the task. Throws a `UserError` if the data is not found. */
export async function measureInt8({ run, data: named, models }: Int8Measurement): Promise<CompiledInt8> {
  const folder = new RunFolder(run);
  const lock = await readRunLock(folder);
  const { compiled, preprocessing } = await readBundleOf(folder, lock);
  const { folders } = await findRunData({ run: folder, lock, compiled, data: named });
  const settings = { compiled, preprocessing, folders, engine: "onnx", threads: lock.threads } as const;
  return withEngineAndData(settings, async ({ engine, data }) => {
    if (!(engine instanceof OnnxEngine)) throw new Error("models of ONNX are measured by an engine of ONNX Runtime");
    const values: CompiledInt8["values"][number][] = [];
    for (const { task, graph, rows, float32, int8 } of models) {
      if (data.rows(task, "validation") === 0) continue;
      const of = { task, compiled, data, engine, graph, rows };
      const [before, after] = [await measured(of, float32), await measured(of, int8)];
      for (const [metric, value] of before) {
        const other = after.get(metric);
        if (other !== undefined) values.push({ task, metric, float32: value, int8: other });
      }
    }
    return { split: "validation", values };
  });
}

interface Measured {
  readonly task: string;
  readonly compiled: CompiledSpecification;
  readonly data: Data;
  readonly engine: OnnxEngine;
  readonly graph: Graph;
  readonly rows: number;
}

/** The metrics that are defined on these rows. Metrics of generated texts are not, because the models predict the next token. */
async function measured(
  { task: name, compiled: { program }, data, engine, graph, rows }: Measured,
  model: string,
): Promise<ReadonlyMap<string, number>> {
  const executable = new BoundExecutable(await engine.load(graph, await readFile(model)), new TensorStore());
  try {
    const values = await evaluatePass({
      tasks: [taskOf(program, name)],
      split: "validation",
      data,
      executableOf: async () => executable,
      batch: rows,
      specification: program.specification,
    });
    return new Map(
      values.flatMap(({ name: metric, value }) => (Number.isFinite(value) ? [[metric, value] as const] : [])),
    );
  } finally {
    await executable.dispose();
  }
}
