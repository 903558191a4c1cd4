import {
  type SharedInput,
  madeFeature,
  sharedFeature,
  sharedInputs,
} from "../../../compiler/features/shared-inputs.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { readModalities } from "../../../compiler/targets/index.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type Batch, type BatchPart, type SharedData, type SharedRequest, modeOf } from "../data.ts";
import { type DrawnRows, drawRows } from "../makers/draw-rows.ts";
import type { Maker } from "../makers/maker.ts";
import { type SharedRow, SharedRows } from "../rows/shared-rows.ts";
import type { TaskRows } from "../rows/task-rows.ts";
import { keyOf } from "./example-source.ts";
import { shortenTexts } from "./shorten-texts.ts";
import { type BatchReading, type TargetsOfRows, inputFeatures, targetsOfRows } from "./task-batch.ts";

export interface SharedReading extends BatchReading {
  readonly specification: ResolvedSpecification;
  readonly tasks: ReadonlyMap<string, TaskRows>;
  readonly makers: ReadonlyMap<string, Maker>;
  readonly classMasks: ReadonlyMap<string, Float32Array | undefined>;
}

/** The rows that some tasks of the same data sets share. */
export function sharedData(names: readonly string[], reading: SharedReading): SharedData {
  const having = names.map((name) => {
    const rows = reading.tasks.get(name);
    if (!rows) throw new Error(`no data for task "${name}"`);
    return rows;
  });
  const rows = new SharedRows(having);
  return {
    rows: (split) => rows.count(split),
    positionOf: (task, split, row) => rows.positionOf(names.indexOf(task), split, row),
    batch: ({ tasks: wanted = names, ...request }) => {
      const indices = wanted.map((name) => names.indexOf(name));
      const read = request.rows.map((row) => rows.at(request.split, row));
      return sharedBatch(
        indices.flatMap((index) => having[index] ?? []),
        read.map((row) => ({ ...row, tasks: indices.map((index) => row.tasks[index]) })),
        { ...reading, ...request },
      );
    },
    tokens: (split, row) => {
      const { dataset, row: own } = rows.at(split, row);
      const modalities = new Set(having.flatMap(({ task }) => task.inputs.map(({ modality }) => modality)));
      return Object.fromEntries([...modalities].map((name) => [name, dataset.columns.get(name)?.tokens(own) ?? 0]));
    },
  };
}

/** Features of a pass: those that are as in the data once, and those that a task's reader makes under the name of the task. */
async function sharedBatch(
  having: readonly TaskRows[],
  rows: readonly SharedRow[],
  reading: SharedReading & Omit<SharedRequest, "tasks">,
): Promise<Batch> {
  const { specification, size, lengths = {}, classMasks } = reading;
  const names = having.map(({ task }) => task.name);
  const inputs = sharedInputs(specification, names, modeOf(reading));
  const features = new Map<string, TensorData>();
  const exact = new Map<string, Float64Array>();
  const parts = new Map<string, BatchPart>();
  for (const [index, own] of having.entries()) {
    const { name } = own.task;
    const targets = targetsOfRows(
      own,
      rows.map(({ tasks }) => tasks[index]),
      size,
      reading,
    );
    const drawn = drawRows(
      own,
      rows.map(({ tasks }) => tasks[index]),
      reading,
    );
    const made = await madeFor(own.task, { inputs, rows, targets, drawn, reading });
    const batch = shortenTexts(made, specification, lengths, taskTarget(own.task, specification).features);
    for (const [feature, values] of [...batch.features, ...targets.features, ...(drawn?.features ?? [])])
      features.set(isMadeFor(inputs, name, feature) ? madeFeature(name, feature) : feature, values);
    for (const [feature, values] of targets.exact) exact.set(feature, values);
    const mask = classMasks.get(name);
    parts.set(name, {
      rowWeight: made.rowWeight,
      ...(made.weights ? { weights: made.weights } : {}),
      ...(mask ? { classMask: mask } : {}),
    });
  }
  const { readers, preprocessing } = reading;
  const plain = await inputFeatures(plainTask(having, inputs), rows, size, { readers, preprocessing });
  const keys = rows.map(keyOf);
  const rowWeight = new Float32Array(size).fill(1, 0, rows.length);
  const batch = shortenTexts({ features: plain, rowWeight, keys }, specification, lengths);
  return { ...batch, features: new Map([...batch.features, ...features]), exact, parts };
}

function isMadeFor(inputs: readonly SharedInput[], task: string, feature: string): boolean {
  return sharedFeature(inputs, task, feature) !== feature;
}

interface MadeRequest {
  readonly inputs: readonly SharedInput[];
  readonly rows: readonly SharedRow[];
  readonly targets: TargetsOfRows;
  readonly drawn: DrawnRows | undefined;
  readonly reading: SharedReading & Omit<SharedRequest, "tasks">;
}

/** The features that the reader makes for a task, and the weights of its rows, some of which it may set to 0. */
async function madeFor(task: ResolvedTask, { inputs, rows, targets, drawn, reading }: MadeRequest): Promise<Batch> {
  const { weights } = targets;
  const made = inputs.flatMap(({ modality, madeFor: of }) => (of === task.name ? [modality] : []));
  const own = [...made, ...readModalities(task.target)];
  const read = {
    features: new Map<string, TensorData>(),
    rowWeight: Float32Array.from(weights),
    weights,
    keys: rows.map(keyOf),
  };
  if (own.length === 0) return read;
  const wanted = { ...task, inputs: task.inputs.filter(({ modality }) => own.includes(modality)) };
  const features = await inputFeatures(wanted, rows, reading.size, { ...reading, drawn });
  return reading.makers.get(task.name)?.({ ...read, features }, reading) ?? { ...read, features };
}

/** A task that reads every modality that some task of the pass reads as it is in the data. It is optional where it is for one of them. */
function plainTask(having: readonly TaskRows[], inputs: readonly SharedInput[]): ResolvedTask {
  const [first] = having;
  if (!first) throw new Error("a pass without tasks");
  const { candidates: _, ...task } = first.task;
  return {
    ...task,
    inputs: inputs.flatMap(({ modality, tasks, madeFor: made }) => {
      const isOptional = having.some(
        ({ task: { name, inputs: declared } }) =>
          tasks.includes(name) && declared.some((input) => input.modality === modality && input.optional),
      );
      return made === undefined ? [{ modality, optional: isOptional }] : [];
    }),
  };
}
