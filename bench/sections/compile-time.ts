import { createMemoryHost } from "../../compiler/host.ts";
import { lowerToHost } from "../../compiler/lower/host/lower-to-host.ts";
import { lowerToOnnx } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { compileProgram } from "../../compiler/program.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { median, quantile } from "../interleave.ts";
import type { Section } from "../section.ts";
import { type Size, type SizeName, sizes, specificationOf } from "../size.ts";
import { digits, table } from "../table.ts";

interface Stages {
  readonly check: number;
  readonly graph: number;
  readonly lower: number;
}

export const compileTime: Section = {
  name: "compile",
  title: "Compile time and the first step",
  run: async ({ repetitions, note }) => {
    const rows: string[][] = [];
    for (const name of Object.keys(sizes) as SizeName[]) {
      note(name);
      const runs = Array.from({ length: repetitions }, () => compileOnce(sizes[name]));
      const of = (stage: keyof Stages): number => median(runs.map((run) => run[stage]));
      const totals = runs.map((run) => run.check + run.graph + run.lower);
      const [first = Number.NaN] = totals;
      rows.push([
        name,
        ...[
          of("check"),
          of("graph"),
          of("lower"),
          median(totals),
          quantile(totals, 0),
          first,
          await untilFirstStep(sizes[name]),
        ].map(digits),
      ]);
    }
    const head = [
      "milliseconds",
      "check",
      "elaborate, differentiate, optimise",
      "lower to ONNX and host",
      "total",
      "fastest",
      "first, cold",
      "load into the engine and first step",
    ];
    return `The first compilation of the first row also warms up the JavaScript engine for the others. Graphs are compiled when they are first needed, so only these precede the first step.\n\n${table(head, rows)}`;
  },
};

function compileOnce(size: Size): Stages {
  const entry = "/bench.mtl";
  const start = performance.now();
  const { program } = compileProgram({ entry, host: createMemoryHost({ [entry]: specificationOf(size) }) });
  if (!program) throw new Error("the specification has errors");
  const checked = performance.now();
  const plan = program.plan("fit");
  const [gradients, apply] = [plan.gradients("task_0"), plan.apply(plan.tasks)];
  const made = performance.now();
  lowerToOnnx(gradients);
  lowerToHost(apply);
  return { check: checked - start, graph: made - checked, lower: performance.now() - made };
}

/** Milliseconds until the end of the first step, without the compilation. */
async function untilFirstStep(size: Size): Promise<number> {
  const engine = await openEngine({ engine: "onnx:native" });
  const { check, graph } = compileOnce(size);
  const start = performance.now();
  const candidate = await graphCandidate("ours", size, engine);
  await candidate.steps(1);
  const took = performance.now() - start - check - graph;
  await engine.dispose();
  return took;
}
