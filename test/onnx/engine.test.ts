import { afterAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { TensorData } from "../../runtime/engines/engine.ts";
import { engineNames } from "../../runtime/engines/open-engine.ts";
import { EngineFailure } from "../../runtime/engines/engine-errors.ts";
import { tryEngine } from "./support.ts";

/** w ← w + 2 (a name that is input and output), the input itself, and one value under two names. */
function update(): Graph {
  const builder = new GraphBuilder();
  const w = builder.input({ kind: "weight", weight: "w" }, { dtype: "float32", shape: [2, 3] });
  const next = expressions(builder).add(w, 2);
  builder.output({ kind: "weight", weight: "w" }, next);
  builder.output({ kind: "stream", stream: "before" }, w);
  builder.output({ kind: "stream", stream: "after" }, next);
  return builder.build("update");
}

function lookup(): Graph {
  const builder = new GraphBuilder();
  const table = builder.input({ kind: "weight", weight: "table" }, { dtype: "float32", shape: [4, 2] });
  const ids = builder.input({ kind: "feature", feature: "ids" }, { dtype: "int32", shape: [3] });
  builder.output({ kind: "stream", stream: "rows" }, builder.emit("gather", [table, ids], { axis: 0 }));
  return builder.build("lookup");
}

function negation(): Graph {
  const builder = new GraphBuilder();
  const mask = builder.input({ kind: "feature", feature: "mask" }, { dtype: "bool", shape: [3] });
  builder.output({ kind: "stream", stream: "not" }, builder.emit("logical_not", [mask], {}));
  return builder.build("negation");
}

for (const name of engineNames) {
  const engine = await tryEngine(name);
  describe.skipIf(typeof engine === "string")(typeof engine === "string" ? engine : name, () => {
    if (typeof engine === "string") return;
    afterAll(() => engine.dispose());

    it("gives every output its own name, inputs and repeated values too", async () => {
      const executable = await engine.load(update());
      const w = Float32Array.of(1, 2, 3, 4, 5, 6);
      const results = await executable.run(new Map([["w", w]]));
      expect([...results.keys()]).toEqual(["w", "stream/before", "stream/after"]);
      expect(results.get("stream/before")).toEqual(w);
      expect(results.get("w")).toEqual(w.map((value) => value + 2));
      expect(results.get("stream/after")).toEqual(results.get("w"));
    });

    it("writes into the buffers that it is given, back and forth between two sets", async () => {
      const executable = await engine.load(update());
      const sets = [new Float32Array(6), new Float32Array(6)] as const;
      for (let count = 0; count < 10; count++) {
        const [from, to] = count % 2 === 0 ? sets : [sets[1], sets[0]];
        const results = await executable.run(new Map([["w", from]]), new Map([["w", to]]));
        expect(results.get("w")).toBe(to);
      }
      expect([...sets[0]]).toEqual(Array(6).fill(20));
      expect([...sets[1]]).toEqual(Array(6).fill(18));
    });

    it("writes into a part of a larger buffer and nowhere else", async () => {
      const executable = await engine.load(update());
      const whole = new Float32Array(10).fill(-1);
      await executable.run(new Map([["w", new Float32Array(6)]]), new Map([["w", whole.subarray(2, 8)]]));
      expect([...whole]).toEqual([-1, -1, 2, 2, 2, 2, 2, 2, -1, -1]);
    });

    it("reads what an input's buffer holds now, not what it held first", async () => {
      const executable = await engine.load(update());
      const w = new Float32Array(6);
      await executable.run(new Map([["w", w]]));
      w.fill(5);
      expect((await executable.run(new Map([["w", w]]))).get("w")).toEqual(new Float32Array(6).fill(7));
    });

    it("takes and gives flags as bytes", async () => {
      const executable = await engine.load(negation());
      const results = await executable.run(new Map([["feature/mask", Uint8Array.of(1, 0, 1)]]));
      expect(results.get("stream/not")).toEqual(Uint8Array.of(0, 1, 0));
    });

    it("names the graph and what is wrong with a buffer", async () => {
      const executable = await engine.load(update());
      const run = (w: TensorData, outputs?: ReadonlyMap<string, TensorData>): Promise<unknown> =>
        executable.run(new Map([["w", w]]), outputs);
      const w = new Float32Array(6);
      await expect(executable.run(new Map())).rejects.toThrow("graph update lacks its input w");
      await expect(run(new Float32Array(5))).rejects.toThrow("Float32Array of 5 values for w, which is float32[2 × 3]");
      await expect(run(new Int32Array(6))).rejects.toThrow("Int32Array of 6 values for w");
      await expect(run(w, new Map([["w", new Float32Array(7)]]))).rejects.toThrow("Float32Array of 7 values for w");
      await expect(run(w, new Map([["w", w]]))).rejects.toThrow(
        "the buffer for output w of graph update is an input's",
      );
    });

    it("says which graph failed in a step", async () => {
      const executable = await engine.load(lookup());
      const failing = executable.run(
        new Map<string, TensorData>([
          ["table", new Float32Array(8)],
          ["feature/ids", Int32Array.of(0, 9, 1)],
        ]),
      );
      await expect(failing).rejects.toThrow(EngineFailure);
      await expect(failing).rejects.toMatchObject({ engine: name, graph: "lookup", phase: "run" });
      await expect(failing).rejects.toThrow(/gather/i);
    });

    it("runs nothing after it is disposed of", async () => {
      const executable = await engine.load(update());
      await executable.dispose();
      await executable.dispose();
      await expect(executable.run(new Map([["w", new Float32Array(6)]]))).rejects.toThrow("disposed of");
    });
  });
}
