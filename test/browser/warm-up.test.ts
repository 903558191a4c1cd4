import { join } from "node:path";
import { expect, test } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import { warmUp } from "../../runtime/engines/warm-up.ts";
import { compileFile } from "../../runtime/compile.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** An engine that remembers the graphs that it loads. */
class Watched implements Engine {
  readonly name = "watched";
  readonly updates = "host";
  readonly graphs: Graph[] = [];
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  load(graph: Graph) {
    this.graphs.push(graph);
    return this.#engine.load(graph);
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }
}

const opsOf = (graph: Graph | undefined): ReadonlySet<string> => new Set(graph?.nodes.map(({ op }) => op));

test("an engine is warmed up by a step that runs, with the ops of the quickstart's step", async () => {
  const engine = new Watched(await openEngine({ engine: "onnx:wasm", threads: 1 }));
  await warmUp(engine);
  const { program } = compileFile(join(packageRoot(), "examples", "mbt.mtl"));
  const step = program.plan("fit").gradients("group");
  const warm = opsOf(engine.graphs.at(-1));
  expect([...opsOf(step)].filter((op) => !warm.has(op))).toEqual([]);
  await engine.dispose();
});
