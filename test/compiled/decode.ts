import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import type { CompiledGraph, CompiledManifest } from "../../runtime/export/manifest.ts";
import { graphOf } from "./by-manifest.ts";

type Feeds = Record<string, ort.Tensor>;

/** Generates the tokens of a text for one example, greedily, by the manifest of a compiled folder and ONNX Runtime alone. */
export async function decodeByManifest(folder: string, task: string, inputs: Feeds): Promise<readonly number[]> {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as CompiledManifest;
  const generates = manifest.tasks[task]?.generates;
  if (!generates) throw new Error(`${task} generates no text`);
  const [start] = manifest.graphs.filter(({ kind, tasks }) => kind === "decode_start" && tasks.includes(task));
  const next = graphOf(manifest, "decode_next", task);
  const session = await ort.InferenceSession.create(join(folder, next.onnx ?? ""));
  const text: number[] = [generates.begin];
  const kept = await keptFrom(folder, { start, next }, inputs);
  for (let position = 0; ; position++) {
    const outputs = await session.run(feedsOf(next, { inputs, text, kept, position }));
    for (const { name, shape, source } of next.inputs)
      if (source.kind === "kept" && source.again) kept[name] = outputs[source.output] as ort.Tensor;
      else if (source.kind === "kept" && source.newest)
        putAt(kept[name] as ort.Tensor, outputs[source.output] as ort.Tensor, { ...source.newest, shape, position });
    const logits = outputs["prediction/logits"]?.data as Float32Array;
    const shape = next.outputs.find(({ name }) => name === "prediction/logits")?.shape ?? [];
    const [, tokens = 1, vocabulary = 0] = shape;
    const scores = logits.subarray((tokens === 1 ? 0 : position) * vocabulary).subarray(0, vocabulary);
    const best = scores.reduce((most, score, token) => (score > (scores[most] ?? 0) ? token : most), 0);
    if (best === generates.end || position + 1 === lengthOf(manifest, generates.modality)) return text.slice(1);
    text.push(best);
  }
}

interface Graphs {
  readonly start: CompiledGraph | undefined;
  readonly next: CompiledGraph;
}

/** The values that are computed once from the inputs, and zeros for those that are kept of the tokens. */
async function keptFrom(folder: string, { start, next }: Graphs, inputs: Feeds): Promise<Feeds> {
  const session = start && (await ort.InferenceSession.create(join(folder, start.onnx ?? "")));
  const once = start && session ? await session.run(feedsOf(start, { inputs, text: [], kept: {}, position: 0 })) : {};
  return Object.fromEntries(
    next.inputs.flatMap(({ name, shape, source }) => {
      if (source.kind !== "kept") return [];
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      return [[name, once[source.output] ?? new ort.Tensor("float32", new Float32Array(size), shape)]];
    }),
  );
}

function lengthOf({ modalities }: CompiledManifest, name: string): number {
  const modality = modalities[name];
  return modality?.kind === "text" ? modality.max_length : 0;
}

interface Place {
  readonly axis: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly position: number;
}

/** Puts the part of the newest token into a tensor that has all tokens along an axis. */
function putAt(
  { data: all }: ort.Tensor,
  { data: newest }: ort.Tensor,
  { axis, offset, shape, position }: Place,
): void {
  const [size = 1, inner] = [shape[axis], shape.slice(axis + 1).reduce((product, each) => product * each, 1)];
  for (let index = 0; index < newest.length; index++) {
    const to = (Math.floor(index / inner) * size + position + offset) * inner + (index % inner);
    (all as Float32Array)[to] = (newest as Float32Array)[index] ?? 0;
  }
}

interface State {
  readonly inputs: Feeds;
  readonly text: readonly number[];
  readonly kept: Feeds;
  readonly position: number;
}

function feedsOf(graph: CompiledGraph, { inputs, text, kept, position }: State): Feeds {
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape, source }) => {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const tokens = (valueAt: (index: number) => number) =>
        dtype === "int32"
          ? new ort.Tensor(
              "int32",
              Int32Array.from({ length: size }, (_, index) => valueAt(index)),
              shape,
            )
          : new ort.Tensor(
              "uint8",
              Uint8Array.from({ length: size }, (_, index) => valueAt(index)),
              shape,
            );
      switch (source.kind) {
        case "generated":
          if (source.tokens === "newest") return [name, tokens(() => text.at(-1) ?? 0)];
          return [name, tokens((index) => (source.part === "mask" ? Number(index < text.length) : (text[index] ?? 0)))];
        case "position":
          return [name, new ort.Tensor("float32", Float32Array.of(position), [])];
        case "kept":
          return [name, kept[name] as ort.Tensor];
        default:
          return [name, inputs[name] as ort.Tensor];
      }
    }),
  );
}
