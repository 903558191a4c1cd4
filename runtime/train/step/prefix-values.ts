import { createSha256 } from "../../host/hashing.ts";
import { join } from "../../host/paths.ts";
import { frozenFeature } from "../../../compiler/analysis/frozen-prefix.ts";
import { type Graph, type Value, sizeOf } from "../../../compiler/graph/graph.ts";
import type { Batch } from "../../data/data.ts";
import { type FeatureCache, openFeatureCache } from "../../data/cache/feature-cache.ts";
import type { Engine, TensorData } from "../../engines/engine.ts";
import { BoundExecutable } from "./bound-executable.ts";
import type { TensorStore } from "./tensor-store.ts";

export interface PrefixSettings {
  /** The graph of the prefix, for one row. */
  readonly graph: Graph;
  readonly engine: Engine;
  /** The store of the frozen weights. */
  readonly store: TensorStore;
  /** The folder that keeps values between runs; without it they are in memory only. */
  readonly cacheFolder: string | undefined;
}

/** The most bytes that are kept in memory; other values are read from disk. */
const MEMORY_BYTES = 2 ** 28;
/** The most bytes of one prefix on disk; other values are computed again. */
const DISK_BYTES = 2 ** 32;

/**
 * The values of a frozen prefix, by the content of an example's features. They are computed one row at a time, so that
 * a value depends on its example alone, and not on the batch that needed it first: a resumed run has the same bits,
 * with or without the files.
 */
export class PrefixValues {
  readonly #settings: PrefixSettings;
  readonly #inputs: readonly string[];
  readonly #sizes: readonly number[];
  readonly #rowBytes: number;
  readonly #memory = new Map<string, readonly Float32Array[]>();
  readonly #contents = new Map<string, string>();
  #cache: Promise<FeatureCache> | undefined;
  #executable: Promise<BoundExecutable> | undefined;
  #stored = 0;

  constructor(settings: PrefixSettings) {
    const { graph } = settings;
    this.#settings = settings;
    this.#inputs = graph.inputs.flatMap(({ role }) => (role.kind === "feature" ? [role.feature] : []));
    this.#sizes = graph.outputs.map(({ value }) => sizeOf(value.shape));
    this.#rowBytes = 4 * this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /**
   * Adds the values for its rows to a batch as features; padded rows have zeros. `task` and the row's key identify the
   * features.
   */
  async addTo(batch: Batch, task: string): Promise<Batch> {
    const rows = batch.rowWeight.length;
    const features = this.#sizes.map((size) => new Float32Array(rows * size));
    for (const [row, key] of batch.keys.entries()) {
      const values = await this.#valuesOf(batch, row, rows, `${task} ${key}`);
      for (const [index, value] of values.entries()) features[index]?.set(value, row * value.length);
    }
    return {
      ...batch,
      features: new Map([...batch.features, ...features.map((data, index) => [frozenFeature(index), data] as const)]),
    };
  }

  async close(): Promise<void> {
    await (await this.#cache)?.flush();
    await (await this.#executable?.catch(() => undefined))?.dispose();
  }

  async #valuesOf(batch: Batch, row: number, rows: number, key: string): Promise<readonly Float32Array[]> {
    const features = this.#inputs.map((name) => [name, rowOf(batch, name, row, rows)] as const);
    const content = this.#contents.get(key) ?? hashOf(features);
    this.#contents.set(key, content);
    const known = this.#memory.get(content);
    if (known) return known;
    const cache = await (this.#cache ??= this.#openCache());
    const values = this.#sizes.map((size) => new Float32Array(size));
    if (!(await cache?.read(content, values))) {
      await this.#compute(new Map(features), values);
      if (this.#stored + this.#rowBytes <= DISK_BYTES) await cache?.write(content, values);
      this.#stored += this.#rowBytes;
    }
    if ((this.#memory.size + 1) * this.#rowBytes <= MEMORY_BYTES) this.#memory.set(content, values);
    return values;
  }

  async #compute(features: ReadonlyMap<string, TensorData>, values: readonly Float32Array[]): Promise<void> {
    const { graph, engine, store } = this.#settings;
    const executable = await (this.#executable ??= engine
      .load(graph)
      .then((loaded) => new BoundExecutable(loaded, store)));
    const outputs = await executable.run({ batch: { features, rowWeight: Float32Array.of(1), keys: [] } });
    for (const [index, { name }] of graph.outputs.entries()) {
      const output = outputs.get(name);
      if (!(output instanceof Float32Array)) throw new Error(`no ${name}`);
      values[index]?.set(output);
    }
  }

  async #openCache(): Promise<FeatureCache> {
    const { cacheFolder, graph, engine, store } = this.#settings;
    if (cacheFolder === undefined) return inMemoryAlone;
    return openFeatureCache(
      join(cacheFolder, `frozen-${prefixHash(graph, engine.name, store).slice(0, 24)}`),
      this.#rowBytes,
    );
  }
}

const inMemoryAlone: FeatureCache = {
  read: () => Promise.resolve(false),
  write: () => Promise.resolve(),
  flush: () => Promise.resolve(),
};

function rowOf(batch: Batch, name: string, row: number, rows: number): TensorData {
  const feature = batch.features.get(name);
  if (!feature) throw new Error(`the data has no feature ${name}`);
  const size = feature.length / rows;
  return feature.subarray(row * size, (row + 1) * size);
}

function hashOf(features: readonly (readonly [string, TensorData])[]): string {
  const hash = createSha256();
  for (const [name, data] of features) hash.update(`${name} ${data.byteLength} `).update(bytesOf(data));
  return hash.digest("hex");
}

/**
 * SHA-256 of everything that determines a prefix's values: its nodes, its weights, and the engine, whose rounding may
 * differ from others.
 */
export function prefixHash({ inputs, nodes, outputs }: Graph, engine: string, store: TensorStore): string {
  const numbers = new Map<Value, number>();
  const numberOf = (value: Value): number => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  const hash = createSha256().update(`1 ${engine}\n`);
  for (const { name, value } of inputs)
    hash.update(`${name} ${numberOf(value)} ${value.dtype} ${value.shape.join(" ")}\n`);
  for (const { op, inputs: read, attributes, outputs: made } of nodes)
    hash.update(
      `${op} ${read.map(numberOf).join(" ")} ${JSON.stringify(attributes, plainData)} ${made.map(numberOf).join(" ")}\n`,
    );
  for (const { value } of outputs) hash.update(`${numberOf(value)}\n`);
  for (const { role, name } of inputs) if (role.kind === "weight") hash.update(bytesOf(store.current(name)));
  return hash.digest("hex");
}

function plainData(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
