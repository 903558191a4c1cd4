import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphCandidate } from "../../bench/graph-candidate.ts";
import { interleave, median } from "../../bench/interleave.ts";
import { assertSameLosses } from "../../bench/assert-same-losses.ts";
import { type Size, sizes } from "../../bench/size.ts";
import { digits } from "../../bench/table.ts";
import { compileFile } from "../../runtime/compile.ts";
import { messageOf } from "../../runtime/engines/engine-errors.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { smokeOn } from "../../runtime/sanity/smoke.ts";
import { smallExamples } from "../examples/small-examples.ts";
import { caseGraphs } from "../graph/cases.ts";
import { distance, expected, runOnce } from "../onnx/support.ts";

/** The amount of work of the checks; tests do less. */
export interface Extent {
  /** Chooses cases and examples by name. */
  readonly isChosen: (name: string) => boolean;
  readonly size: Size;
  readonly repetitions: number;
}

export const wholeExtent: Extent = { isChosen: () => true, size: sizes.middle, repetitions: 9 };

export interface CheckResult {
  /** A cell of the table. */
  readonly text: string;
  readonly failures: readonly string[];
}

/** Opens the engine that is checked. The caller disposes of it. */
export type OpenEngine = () => Promise<Engine>;

/** Something that an engine must do. */
export interface Check {
  readonly title: string;
  run(open: OpenEngine, extent: Extent): Promise<CheckResult>;
}

/** Graphics processors compute `exp` and `erf` less exactly than others. Their tensor cores are turned off (`main.ts`). */
const LARGEST_DISTANCE = 1e-4;

const ops: Check = {
  title: "cases of ops",
  run: async (open, { isChosen }) => {
    const engine = await open();
    const cases = caseGraphs.filter(({ name }) => isChosen(name));
    const failures: string[] = [];
    let largest = { name: "", off: 0 };
    for (const { name, graph, inputs } of cases) {
      try {
        const off = distance(await runOnce(engine, graph, inputs), expected(graph, inputs));
        if (off > largest.off) largest = { name, off };
        if (!(off <= LARGEST_DISTANCE)) failures.push(`${name} differs from the reference by ${off.toPrecision(2)}`);
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`);
      }
    }
    await engine.dispose();
    const furthest = largest.off === 0 ? "" : `, within ${largest.off.toPrecision(2)} (${largest.name})`;
    return { text: `${cases.length - failures.length} of ${cases.length}${furthest}`, failures };
  },
};

const examples: Check = {
  title: "first steps of examples",
  run: async (open, { isChosen }) => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-gpu-"));
    const reference = await openEngine({ engine: "onnx" });
    try {
      const chosen = smallExamples(folder).filter(({ name }) => isChosen(name));
      const failures: string[] = [];
      for (const { name, path } of chosen) {
        // If an example ends the connection to the device, the next one needs a new one.
        const engine = await open();
        try {
          const [given, wanted] = [await lossesOf(path, engine), await lossesOf(path, reference)];
          const index = given.findIndex((loss, at) => !areClose(loss, wanted[at]));
          if (index >= 0 || given.length !== wanted.length)
            failures.push(`${name}: loss ${index + 1} is ${given[index]}, and ${wanted[index]} on ${reference.name}`);
        } catch (error) {
          failures.push(`${name}: ${messageOf(error)}`);
        } finally {
          await engine.dispose();
        }
      }
      return { text: `${chosen.length - failures.length} of ${chosen.length}`, failures };
    } finally {
      await reference.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The losses of the first three steps of every stage, on synthetic data. */
async function lossesOf(path: string, engine: Engine): Promise<readonly number[]> {
  const stages = await smokeOn(engine, { specification: compileFile(path), steps: 3, rows: 12 });
  return stages.flatMap(({ tasks }) => tasks.flatMap(({ losses }) => losses));
}

function areClose(loss: number, wanted = Number.NaN): boolean {
  return Math.abs(loss - wanted) < 1e-3 * (1 + Math.abs(wanted));
}

const step: Check = {
  title: "step of the middle size",
  run: async (open, { size, repetitions }) => {
    const engine = await open();
    const processor = await openEngine({ engine: "onnx" });
    try {
      const candidates = [
        await graphCandidate(engine.name, size, engine),
        await graphCandidate(processor.name, size, processor),
      ];
      await assertSameLosses(candidates);
      const timings = await interleave(candidates, repetitions);
      for (const candidate of candidates) await candidate.dispose();
      const [own, other] = timings.map(({ samples }) => digits(median(samples)));
      return { text: `${own} ms; ${other} ms on ${processor.name}`, failures: [] };
    } catch (error) {
      return { text: "failed", failures: [messageOf(error)] };
    } finally {
      await engine.dispose();
      await processor.dispose();
    }
  },
};

export const checks: readonly Check[] = [ops, examples, step];
