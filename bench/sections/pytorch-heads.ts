import { openEngine } from "../../runtime/engines/open-engine.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { type Timing, interleave, median, ratios } from "../interleave.ts";
import type { TorchSetting } from "../pytorch.ts";
import type { Section } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

const counts = [1, 2, 4, 8];
const torchSettings: readonly TorchSetting[] = ["eager", "compiled"];

export const pytorchHeads: Section = {
  name: "pytorch-heads",
  title: "Several heads in one step, compared with PyTorch",
  run: async ({ pytorch, repetitions, note }) => {
    const torch = await pytorch();
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const sizeOf = (tasks: number): Size => ({ ...sizes.middle, tasks, step: "joint" });
    const candidates = [];
    for (const tasks of counts) {
      const ofSize = [await graphCandidate("ours", sizeOf(tasks), engine)];
      for (const setting of torchSettings) ofSize.push(await torch.candidate(setting, sizeOf(tasks), 1));
      note(`${tasks} heads`);
      await assertSameLosses(ofSize);
      candidates.push(...ofSize);
    }
    const timings = await interleave(candidates, repetitions, "processor");
    for (const candidate of candidates) await candidate.dispose();
    await engine.dispose();
    const systems = 1 + torchSettings.length;
    const of = (count: number, system: number): Timing =>
      timings[count * systems + system] ?? { name: "", samples: [] };
    const rows = counts.map((count, index) => {
      const own = Array.from({ length: systems }, (_, system) => of(index, system));
      return [
        String(count),
        ...own.flatMap((timing, system) => [
          digits(median(timing.samples)),
          factor(median(ratios(timing, of(0, system)))),
        ]),
        ...own.slice(1).map((timing) => factor(median(ratios(of(index, 0), timing)))),
      ];
    });
    const columns = ["ours", ...torchSettings];
    return `A joint step of the middle size without dropout on one thread, with several heads of 128 × 4 over one transformer. In PyTorch the sum of the losses of all heads is differentiated once. The first losses of all agree within a thousandth. Milliseconds are medians of processor time; × one head is the ratio to the same system's step with one head.

${table(
  ["heads", ...columns.flatMap((name) => [name, "× one head"]), ...torchSettings.map((name) => `ours ∕ ${name}`)],
  rows,
)}`;
  },
};
