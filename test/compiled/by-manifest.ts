import type { CompiledGraph, CompiledInput, CompiledManifest } from "../../runtime/export/manifest.ts";

/**
 * Uses a compiled folder as another program would: it imports the type of the manifest from this repository, and no
 * code.
 */

export type Values = Float32Array | Int32Array | Uint8Array;

export interface Opened {
  readonly graph: CompiledGraph;
  /** Runs the graph with inputs by name. Returns its outputs by name. */
  run(inputs: ReadonlyMap<string, Values>): Promise<ReadonlyMap<string, Values>>;
  close(): Promise<void>;
}

export function graphOf({ graphs }: CompiledManifest, kind: CompiledGraph["kind"], task: string): CompiledGraph {
  const graph = graphs.find((each) => each.kind === kind && each.tasks.includes(task));
  if (!graph) throw new Error(`no graph ${kind} of ${task}`);
  return graph;
}

/** The tensors of a `.safetensors` file, all float32. */
export function parseTensors(file: Uint8Array<ArrayBuffer>): Map<string, Float32Array> {
  const header = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const entries = Object.entries(
    JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + header))) as Record<
      string,
      { data_offsets: [number, number] }
    >,
  );
  return new Map(
    entries
      .filter(([name]) => name !== "__metadata__")
      .map(
        ([
          name,
          {
            data_offsets: [from, to],
          },
        ]) => [name, new Float32Array(file.slice(8 + header + from, 8 + header + to).buffer)],
      ),
  );
}

export interface Training {
  /** The tensors of the initial file. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly opened: Opened;
  readonly steps: number;
}

/**
 * Trains from the initial tensors, with inputs as the manifest describes them. Returns the loss of each step and the
 * last tensors.
 */
export async function train({ initial, opened, steps }: Training) {
  const tensors = new Map(initial);
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const outputs = await opened.run(feeds(opened.graph, tensors, step));
    losses.push(outputs.get("loss")?.[0] ?? Number.NaN);
    for (const [name, values] of outputs) if (tensors.has(name)) tensors.set(name, Float32Array.from(values));
  }
  return { losses, tensors };
}

export function feeds(
  { inputs }: Pick<CompiledGraph, "inputs">,
  tensors: ReadonlyMap<string, Float32Array>,
  step: number,
): Map<string, Values> {
  return new Map(inputs.map((input) => [input.name, valueOf(input, tensors, step)]));
}

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/**
 * The values of an input as the manifest describes it, with arbitrary numbers instead of data and of gradients from
 * other graphs. They are the same in each step, so that the loss falls.
 */
function valueOf(
  { name, dtype, shape, source }: CompiledInput,
  tensors: ReadonlyMap<string, Float32Array>,
  step: number,
): Values {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const array = arrays[dtype];
  const each = (value: (index: number) => number) =>
    array.from(Array.from({ length: size }, (_, index) => value(index)));
  switch (source.kind) {
    case "initial":
      return find(tensors, name);
    case "data": {
      const draw = uniform(name);
      return each(() => (source.below === undefined ? draw() : Math.floor(draw() * source.below)));
    }
    case "generated": {
      const draw = uniform(name);
      return each(() => Math.floor(draw() * source.below));
    }
    case "position":
      return each(() => 0);
    case "kept":
      return each((index) => Math.sin(index));
    case "row_weight":
      return each((row) => (row === size - 1 ? 0 : 1));
    case "class_mask":
      return Float32Array.from(source.values);
    case "random": {
      const draw = uniform(`${name} ${step}`);
      const { distribution } = source;
      // Beta(α, α) has the mean 1/2, which is as good as any other draw here.
      if (distribution.kind === "beta") return each(() => 0.5);
      const { low, high, moved } = distribution;
      return each(() => {
        const drawn = Math.floor(low + draw() * (1 + high - low));
        return drawn === moved?.from && draw() < moved.share ? moved.to : drawn;
      });
    }
    case "update":
      // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
      return array.of(new Function("rate", "count", `return ${source.expression}`)(source.rate, step) as number);
    case "host":
      throw new Error(`the host computes ${name}, which no example here needs`);
    case "loss_factor":
      return each(() => 1);
    case "gradients":
      return each((index) => Math.sin(index));
  }
}

/** A linear congruential generator (Knuth's constants), begun with the characters of a key. */
function uniform(key: string): () => number {
  let state = Array.from(key).reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0, 7);
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

export function find<Found>(values: ReadonlyMap<string, Found>, name: string): Found {
  const found = values.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
