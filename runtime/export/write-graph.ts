import { mkdir, writeFile } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { type OnnxOptions, onnxModel } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { encodeModel } from "../../compiler/lower/onnx/messages.ts";
import { quantised } from "../../compiler/lower/onnx/quantise.ts";
import { SHARD, lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import type { CompiledFormat } from "./manifest.ts";

export interface GraphPlace extends Required<OnnxOptions> {
  /** The folder that everything is written in. */
  readonly folder: string;
  /** The path of the graph in the folder, with `/` and without an extension. */
  readonly path: string;
}

/** Writes a graph in a format, and returns the path of the file to open. */
const writers: { readonly [Format in CompiledFormat]: (graph: Graph, place: GraphPlace) => Promise<string> } = {
  tfjs: async (graph, { folder, path }) => {
    const { json, shard } = lowerToTfjs(graph);
    await write(join(folder, path, SHARD), shard);
    await write(join(folder, path, "model.json"), JSON.stringify(json));
    return `${path}/model.json`;
  },
  onnx: async (graph, { folder, path, sizes, operators }) => {
    await write(join(folder, `${path}.onnx`), encodeModel(onnxModel(graph, { sizes, operators })));
    return `${path}.onnx`;
  },
};

export async function writeGraph(
  graph: Graph,
  formats: readonly CompiledFormat[],
  place: GraphPlace,
): Promise<{ readonly [Format in CompiledFormat]?: string }> {
  const paths: { [Format in CompiledFormat]?: string } = {};
  for (const format of formats) paths[format] = await writers[format](graph, place);
  return paths;
}

/** Writes the ONNX model of a graph with weights of 8 bits, and returns its path. */
export async function writeInt8(graph: Graph, { folder, path, sizes, operators }: GraphPlace): Promise<string> {
  const file = `${path}.int8.onnx`;
  await write(join(folder, file), encodeModel(quantised(onnxModel(graph, { sizes, operators }))));
  return file;
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
