import type { DType, Graph } from "../../compiler/graph/graph.ts";
import type { Engine, TensorData } from "../../runtime/engines/engine.ts";
import { type EngineName, openEngine } from "../../runtime/engines/open-engine.ts";
import { interpret } from "../graph/reference.ts";

export type HostInputs = ReadonlyMap<string, ArrayLike<number>>;

export function typedArray(dtype: DType, data: ArrayLike<number>): TensorData {
  switch (dtype) {
    case "float32":
      return Float32Array.from(data);
    case "int32":
      return Int32Array.from(data);
    case "uint8":
    case "bool":
      return Uint8Array.from(data);
  }
  throw new Error(`no array for ${String(dtype)}`);
}

export function feed(graph: Graph, inputs: HostInputs): Map<string, TensorData> {
  return new Map(graph.inputs.map(({ name, value }) => [name, typedArray(value.dtype, inputs.get(name) ?? [])]));
}

/** Loads, runs once, disposes of the step. */
export async function runOnce(engine: Engine, graph: Graph, inputs: HostInputs): Promise<Map<string, TensorData>> {
  const executable = await engine.load(graph);
  try {
    return await executable.run(feed(graph, inputs));
  } finally {
    await executable.dispose();
  }
}

/** The outputs of the reference interpreter for the inputs as the engine sees them, rounded to their dtypes. */
export function expected(graph: Graph, inputs: HostInputs): Map<string, Float64Array> {
  return interpret(graph, feed(graph, inputs));
}

/** The largest |actual − expected| / (1 + |expected|) over all outputs. */
export function distance(actual: ReadonlyMap<string, TensorData>, wanted: ReadonlyMap<string, Float64Array>): number {
  let largest = 0;
  for (const [name, values] of wanted) {
    const given = actual.get(name);
    if (given?.length !== values.length) return Infinity;
    for (const [index, value] of values.entries()) {
      const off = Math.abs((given[index] ?? Number.NaN) - value) / (1 + Math.abs(value));
      // NaN compares false to everything.
      if (!(off <= largest)) largest = Number.isNaN(off) ? Infinity : off;
    }
  }
  return largest;
}

/** The engine, or why this machine has it not. Two threads, as everywhere in these tests. */
export async function tryEngine(engine: EngineName): Promise<Engine | string> {
  try {
    return await openEngine({ engine, threads: 2 });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
