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
  const graphs = { start: graphOf(manifest, "decode_start", task), next: graphOf(manifest, "decode_next", task) };
  const sessions = {
    start: await ort.InferenceSession.create(join(folder, graphs.start.onnx ?? "")),
    next: await ort.InferenceSession.create(join(folder, graphs.next.onnx ?? "")),
  };
  const text: number[] = [generates.begin];
  const kept: Feeds = {};
  for (let position = 0; ; position++) {
    const part = position === 0 ? "start" : "next";
    const feeds = feedsOf(graphs[part], { inputs, text, kept, position });
    const outputs = await sessions[part].run(feeds);
    for (const { name, source } of graphs.next.inputs)
      if (source.kind === "kept" && (position === 0 || source.again)) kept[name] = outputs[source.output] as ort.Tensor;
    const logits = outputs["prediction/logits"]?.data as Float32Array;
    const shape = graphs[part].outputs.find(({ name }) => name === "prediction/logits")?.shape ?? [];
    const [, tokens = 1, vocabulary = 0] = shape;
    const scores = logits.subarray((tokens === 1 ? 0 : position) * vocabulary).subarray(0, vocabulary);
    const best = scores.reduce((most, score, token) => (score > (scores[most] ?? 0) ? token : most), 0);
    if (best === generates.end || position + 1 === graphs.start.outputs[0]?.shape[1]) return text.slice(1);
    text.push(best);
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
