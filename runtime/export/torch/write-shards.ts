import { Buffer } from "../../host/bytes.ts";
import { mkdir } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { passName } from "../../../compiler/stage/plan.ts";
import type { Batch, Data, ReaderDraw } from "../../data/data.ts";
import { rowsOfPass } from "../../data/pass-rows.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type StoredTensor, writeSafetensors } from "../../checkpoint/safetensors.ts";
import { UserError } from "../../user-error.ts";
import type { PassTensors, ShardSplit, ShardTensor } from "./pass-tensors.ts";

/** The largest size of a shard, and so of what is in memory at a time. */
const shardBytes = 64 * 2 ** 20;
/** Rows that are read at a time. */
const chunkRows = 64;

export interface PassShards {
  readonly data: Data;
  readonly pass: readonly string[];
  readonly split: ShardSplit;
  readonly tensors: PassTensors;
  /** The key of what the reader draws, in training, and the features that must be the same in every draw. */
  readonly draw?: ReaderDraw & { readonly features: readonly ShardTensor[] };
}

/** A file of a split's rows, which follow those of the files before it. */
export interface Shard {
  readonly file: string;
  readonly rows: number;
}

/** A split of a pass in the manifest of the shards. */
export interface ShardedSplit extends PassTensors {
  readonly rows: number;
  readonly shards: readonly Shard[];
  /** The masks of the outputs of a task that have a class, where only the data tells. */
  readonly classMasks: { readonly [task: string]: readonly number[] };
}

/**
 * Writes the features of a split, a few rows at a time, so that the data may be larger than memory. Beside features, a
 * shard has `row_weight` (with a shared pass `row_weight/TASK`) and `key`: the UTF-16 units of each row's stable key,
 * as bytes, by which its randomness is keyed. The paths of files are relative to `folder`.
 */
export async function writeShards(folder: string, settings: PassShards): Promise<ShardedSplit> {
  const { data, pass, split, tensors, draw } = settings;
  const rows = rowsOfPass(data, pass);
  const count = rows.rows(split);
  const shards: Shard[] = [];
  const classMasks: Record<string, readonly number[]> = {};
  let open = new OpenShard(tensors.tensors);
  const close = async (): Promise<void> => {
    if (open.rows === 0) return;
    const file = `${passName(pass)}/${split}-${String(shards.length).padStart(5, "0")}.safetensors`;
    await mkdir(join(folder, passName(pass)), { recursive: true });
    await writeSafetensors(join(folder, file), { tensors: open.tensors(), metadata: new Map() });
    shards.push({ file, rows: open.rows });
    open = new OpenShard(tensors.tensors);
  };
  for (let start = 0; start < count; start += chunkRows) {
    const own = Array.from({ length: Math.min(chunkRows, count - start) }, (_, at) => start + at);
    const batch = await rows.batch({ split, rows: own, size: own.length, ...(draw ? { draw } : {}) });
    if (start === 0 && draw) await refuseDrawn(settings, own, batch);
    for (const [task, part] of partsOf(pass, batch)) if (part.classMask) classMasks[task] = [...part.classMask];
    open.add(pass, batch);
    if (open.bytes >= shardBytes) await close();
  }
  await close();
  return { ...tensors, rows: count, shards, classMasks };
}

/** The features of a task that the reader draws anew in each epoch, which shards cannot have. */
export class DrawnFeatures extends UserError {
  constructor(tasks: readonly string[], features: readonly string[]) {
    super(
      "specification",
      `The features ${features.join(", ")} of ${tasks.join(", ")} are drawn anew in each epoch, so that they cannot be written once.`,
      "Train this stage with `mtl train`.",
    );
  }
}

/** Throws if a second epoch would have other features than the first. */
async function refuseDrawn(
  { data, pass, split, draw }: PassShards,
  rows: readonly number[],
  first: Batch,
): Promise<void> {
  if (!draw) return;
  const second = await rowsOfPass(data, pass).batch({
    split,
    rows,
    size: rows.length,
    draw: { ...draw, epoch: draw.epoch + 1 },
  });
  const drawn = draw.features
    .filter(({ name }) => !sameValues(first.features.get(name), second.features.get(name)))
    .map(({ name }) => name);
  if (drawn.length > 0) throw new DrawnFeatures(pass, drawn);
}

function sameValues(left: TensorData | undefined, right: TensorData | undefined): boolean {
  return left?.length === right?.length && (left ?? []).every((value, at) => Object.is(value, right?.[at]));
}

function partsOf(
  pass: readonly string[],
  batch: Batch,
): readonly (readonly [string, Pick<Batch, "rowWeight" | "classMask">])[] {
  return pass.map((task) => [task, batch.parts?.get(task) ?? batch] as const);
}

/** The rows of a shard that is being filled. */
class OpenShard {
  readonly #tensors: readonly ShardTensor[];
  readonly #chunks = new Map<string, TensorData[]>();
  readonly #keys: string[] = [];
  rows = 0;
  bytes = 0;

  constructor(tensors: readonly ShardTensor[]) {
    this.#tensors = tensors;
  }

  add(pass: readonly string[], batch: Batch): void {
    for (const { name } of this.#tensors) {
      const values = batch.features.get(name);
      if (!values) throw new Error(`the reader makes no feature ${name}`);
      this.#push(name, values);
    }
    for (const [task, { rowWeight }] of partsOf(pass, batch)) this.#push(weightName(pass, task), rowWeight);
    this.#keys.push(...batch.keys);
    this.rows += batch.keys.length;
  }

  #push(name: string, values: TensorData): void {
    const chunks = this.#chunks.get(name) ?? [];
    chunks.push(values.slice());
    this.#chunks.set(name, chunks);
    this.bytes += values.byteLength;
  }

  tensors(): ReadonlyMap<string, StoredTensor> {
    const { rows } = this;
    const shapes = new Map(this.#tensors.map(({ name, shape }) => [name, shape]));
    const made = [...this.#chunks].map(
      ([name, chunks]) => [name, joined(chunks, [rows, ...(shapes.get(name) ?? [])])] as const,
    );
    return new Map<string, StoredTensor>([...made, ["key", keysTensor(this.#keys)]]);
  }
}

/** The tensor of a shard with the weights of a task's rows. */
function weightName(pass: readonly string[], task: string): string {
  return pass.length > 1 ? `row_weight/${task}` : "row_weight";
}

function joined(chunks: readonly TensorData[], shape: readonly number[]): StoredTensor {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const [first] = chunks;
  const fill = <Values extends TensorData>(values: Values): Values => {
    let at = 0;
    for (const chunk of chunks) {
      values.set(chunk, at);
      at += chunk.length;
    }
    return values;
  };
  if (first instanceof Float32Array) return { dtype: "F32", shape, data: fill(new Float32Array(size)) };
  if (first instanceof Int32Array) return { dtype: "I32", shape, data: fill(new Int32Array(size)) };
  return { dtype: "U8", shape, data: fill(new Uint8Array(size)) };
}

/** The keys of rows as UTF-16 units in little-endian bytes, padded with zeros to the longest. */
function keysTensor(keys: readonly string[]): StoredTensor {
  const width = 2 * Math.max(0, ...keys.map(({ length }) => length));
  const data = new Uint8Array(keys.length * width);
  for (const [row, key] of keys.entries()) data.set(Buffer.from(key, "utf16le"), row * width);
  return { dtype: "U8", shape: [keys.length, width], data };
}
