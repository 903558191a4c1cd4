import { openEngine } from "../../runtime/engines/open-engine.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { FrozenPrefixes } from "../../runtime/train/step/frozen-prefixes.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { batchOf } from "../batch-of.ts";
import type { Candidate } from "../candidate.ts";
import { executorOf, initialStore } from "../graph-candidate.ts";
import { interleave, median, ratios } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import type { Section } from "../section.ts";
import { RATE, type Size, specificationOf, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

/** The cases: one to four of the four layers are frozen, with everything before them. */
const cases = [0, 1, 2, 3].map((last) => ({
  layers: last + 1,
  frozen: `["read.embed.**", "read.positions.**", "read.transformer.{0..${last}}.**"]`,
}));

export const frozenPrefix: Section = {
  name: "frozen",
  title: "Outputs of frozen layers, computed once for each example",
  run: async ({ repetitions, note }) => {
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const rows: string[][] = [];
    for (const { layers, frozen } of cases) {
      note(`${layers} of ${sizes.middle.layers} layers`);
      const candidates = [
        await candidate("in every step", sizes.middle, `freeze: ${frozen} cache: off`, engine),
        await candidate("once", sizes.middle, `freeze: ${frozen}`, engine),
      ];
      const [every, once] = await interleave(candidates, repetitions);
      for (const each of candidates) await each.dispose();
      if (!every || !once) throw new Error("a timing is missing");
      rows.push([
        `${layers} of ${sizes.middle.layers}`,
        digits(median(every.samples)),
        digits(median(once.samples)),
        factor(median(ratios(every, once))),
      ]);
    }
    await engine.dispose();
    return `Milliseconds of a training step of the middle size on one thread, with the first layers frozen and no dropout. Their outputs are computed in every step, or once and then read from memory (a stage's \`cache\`). The first epoch, which computes them, is not measured.\n\n${table(["frozen layers", "in every step", "once", "gain"], rows)}`;
  },
};

/** A step with the trainer's work for it: each step looks up the cached values of its examples. */
async function candidate(name: string, size: Size, options: string, engine: Engine): Promise<Candidate> {
  const text = specificationOf(size).replace(
    "stage fit {",
    `stage warm { optimizer: adam(rate: ${RATE}) epochs: 1 }\n    stage fit { ${options}`,
  );
  const plan = programOf(text).plan("fit");
  const [task = ""] = plan.tasks;
  const store = initialStore(plan);
  const executables = new StageExecutables(engine, plan, store);
  const prefixes = new FrozenPrefixes({ plan, engine, store, data: {} });
  const executor = executorOf(plan, executables);
  const variant = prefixes.variantOf(task, "train", {});
  const batch = batchOf(size, [task]);
  return {
    name,
    steps: (count) =>
      timedSteps(count, async () => {
        const prepared = await prefixes.given({
          passes: [{ tasks: [task], epoch: 0, batches: [{ variant, batch, random: new Map(), scalars: new Map() }] }],
        });
        return (await executor.run(prepared, 1)).loss;
      }),
    dispose: async () => {
      await prefixes.close();
      await executables.dispose();
    },
  };
}
