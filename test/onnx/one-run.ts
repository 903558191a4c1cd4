import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";
import { EngineFailure } from "../../runtime/engines/engine-errors.ts";
import { type EngineChoice, openEngine } from "../../runtime/engines/open-engine.ts";

/**
 * A program for `process.test.ts`: a good step and a failing one on the engine named by its argument; then it just
 * returns.
 */
const builder = new GraphBuilder();
const table = builder.input({ kind: "weight", weight: "table" }, { dtype: "float32", shape: [4] });
const id = builder.input({ kind: "feature", feature: "id" }, { dtype: "int32", shape: [] });
builder.output({ kind: "prediction", name: "entry" }, builder.emit("gather", [table, id], { axis: 0 }));

const engine = await openEngine({ engine: process.argv[2] as EngineChoice, threads: 2 });
const executable = await engine.load(builder.build("lookup"));
const run = (index: number) =>
  executable.run(
    new Map<string, TensorData>([
      ["table", Float32Array.of(1, 2, 3, 4)],
      ["feature/id", Int32Array.of(index)],
    ]),
  );
const results = await run(2);
await run(99).catch((error: unknown) => {
  if (!(error instanceof EngineFailure)) throw error;
});
await engine.dispose();
process.stdout.write(`${results.get("prediction/entry")?.join()}`);
