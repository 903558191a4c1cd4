import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { graphCost } from "../../compiler/graph/cost.ts";
import { type CompiledSpecification, compileFile } from "../../runtime/compile.ts";
import type { EngineChoice } from "../../runtime/engines/open-engine.ts";
import { smoke } from "../../runtime/sanity/smoke.ts";
import { phasesOf } from "../../runtime/train/phase/phases.ts";
import { planOf } from "../../runtime/train/phase/trainer.ts";
import { tryEngine } from "../onnx/support.ts";
import { smallExamples } from "./small-examples.ts";

const STEPS = 3;
/** Operations of a stage's largest graph that plain JavaScript does in a second or so. */
const MOST_FOR_CPU = 50e6;

const folder = mkdtempSync(join(tmpdir(), "mtl-engines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const specifications = smallExamples(folder);

const reference = new Map<string, Promise<readonly number[]>>();

/** The loss of every task in every step of every stage, on the same synthetic data from the same weights. */
async function losses(specification: CompiledSpecification, engine: EngineChoice): Promise<readonly number[]> {
  const stages = await smoke({ specification, steps: STEPS, rows: 12, engine, threads: 2 });
  return stages.flatMap(({ tasks }) => tasks.flatMap((task) => task.losses));
}

function operations({ program }: CompiledSpecification): number {
  const graphs = phasesOf(program.specification).flatMap((phase) => {
    const plan = planOf(program, phase);
    return plan.tasks.map((task) => plan.gradients(task));
  });
  return Math.max(...graphs.map((graph) => graphCost(graph).flops));
}

describe.each(specifications)("$name", ({ name, path }) => {
  it.for(["tfjs:wasm", "tfjs:node", "tfjs:cpu"] as const)(
    "has the losses of onnx when it trains on %s",
    async (engineName, { skip }) => {
      const specification = compileFile(path);
      const count = operations(specification);
      if (engineName === "tfjs:cpu" && count > MOST_FOR_CPU)
        skip(`plain JavaScript is too slow for ${Math.round(count / 1e6)} million operations`);
      const engine = await tryEngine(engineName);
      if (typeof engine === "string") skip(engine);
      else await engine.dispose();
      const wanted = await (reference.get(name) ?? reference.set(name, losses(specification, "onnx")).get(name));
      const given = await losses(specification, engineName);
      expect(given.length).toBe(wanted?.length);
      for (const [index, loss] of given.entries())
        expect(Math.abs(loss - (wanted?.[index] ?? Number.NaN)), `loss ${index}`).toBeLessThan(
          1e-3 * (1 + Math.abs(loss)),
        );
    },
  );
});
