import { sizeOf, type DType, type Graph } from "../../compiler/graph/graph.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { Engine, TensorData } from "./engine.ts";
import { oneNodeGraph } from "./one-node-graph.ts";

/** A small network with the layers that most networks have. */
const specification = `model warm_up

modality picture: image(8, 8, 3)
modality words: text(max_length: 8, tokenizer: bpe(300))

stream seen = picture -> conv_stem(32) -> with_cls -> positions(learned) -> transformer(layers: 1, heads: 2)
stream read = words -> embed(32) -> dropout(10%) -> with_cls -> positions(learned) -> transformer(layers: 1, heads: 2)

task kind {
  from: mean(seen) + mean(read)
  head: norm -> linear(4)
  target: category("kind", classes: 4)
}

dataset rows { path: "rows.jsonl"  tasks: [kind] }

stage fit { optimizer: adamw(rate: 1e-3)  batch: 16  steps: 1 }
`;

/**
 * Runs a step of a small network. A browser compiles a function of WebAssembly when it is first called, and again, to run faster, after some calls: the first step of
 * a network then has half of its time. The engine's code is fetched by loading a graph of one node, and meanwhile the network is compiled.
 */
export async function warmUp(engine: Engine): Promise<void> {
  const [loaded, graph] = await Promise.all([engine.load(oneNodeGraph()), stepOfNetwork()]);
  await loaded.dispose();
  const executable = await engine.load(graph);
  await executable.run(new Map(graph.inputs.map(({ name, value }) => [name, zeros(value.dtype, sizeOf(value.shape))])));
  await executable.dispose();
}

async function stepOfNetwork(): Promise<Graph> {
  const { program } = compileProgram({
    entry: "warm-up.mtl",
    host: createMemoryHost({ "warm-up.mtl": specification }),
  });
  const [stage] = program?.specification.stages ?? [];
  if (!program || !stage) throw new Error("the network that warms up an engine has errors");
  return program.plan(stage.name).gradients("kind");
}

function zeros(dtype: DType, size: number): TensorData {
  if (dtype === "float32") return new Float32Array(size);
  return dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}
