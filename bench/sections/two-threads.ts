import { openEngine } from "../../runtime/engines/open-engine.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { interleave, median, quantile, ratios } from "../interleave.ts";
import type { Section } from "../section.ts";
import { type SizeName, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

export const twoThreads: Section = {
  name: "threads",
  title: "Two threads, compared with one",
  run: async ({ repetitions, note }) => {
    const rows: string[][] = [];
    for (const name of Object.keys(sizes) as SizeName[]) {
      note(name);
      const engines = [
        await openEngine({ engine: "onnx:native", threads: 1 }),
        await openEngine({ engine: "onnx:native", threads: 2 }),
      ];
      const candidates = [];
      for (const engine of engines) candidates.push(await graphCandidate("ours", sizes[name], engine));
      const [one, two] = await interleave(candidates, repetitions);
      for (const engine of engines) await engine.dispose();
      if (!one || !two) throw new Error("a timing is missing");
      const gains = ratios(one, two);
      rows.push([
        name,
        digits(median(one.samples)),
        digits(median(two.samples)),
        factor(median(gains)),
        factor(quantile(gains, 0.75)),
      ]);
    }
    return `Milliseconds of neighbouring repetitions. The best quartile shows the gain if the two cores are otherwise idle.\n\n${table(["size", "1 thread", "2 threads", "gain", "gain in the best quartile, at least"], rows)}`;
  },
};
