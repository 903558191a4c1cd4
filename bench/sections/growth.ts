import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { interleave, median } from "../interleave.ts";
import { above, ourMemory } from "../memory.ts";
import { type GrowthPoint, growthPlot } from "../growth-plot.ts";
import type { Section, SectionSettings } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, table } from "../table.ts";

const base: Size = { ...sizes.middle, batch: 8 };

/** The values of each number, from half of the middle size (or one task) upwards. The other numbers stay the same. */
const variations = {
  width: [64, 128, 256, 512],
  length: [32, 64, 128, 256],
  layers: [2, 4, 8, 16],
  tasks: [1, 2, 4, 8],
} as const satisfies Partial<Record<keyof Size, readonly number[]>>;

export const growth: Section = {
  name: "growth",
  title: "Growth of time and memory",
  run: async (settings) => {
    const points: GrowthPoint[] = [];
    for (const [what, values] of Object.entries(variations)) {
      for (const value of values) points.push(await measure(what, value, settings));
    }
    writeFileSync(join(packageRoot(), "bench", "growth.svg"), await growthPlot(points));
    const rows = points.map(({ what, value, milliseconds, megabytes }) => [
      `${what} ${value}`,
      digits(milliseconds),
      digits(megabytes),
    ]);
    return `The middle size with a batch of 8 on one thread, with one number changed at a time. With several tasks, each step trains one of them. The tasks share all weights and optimizer states except those of their heads.

![Time and memory against width, length, layers and tasks](growth.svg)

${table(["", "milliseconds a step", "megabytes above idle"], rows)}`;
  },
};

async function measure(what: string, value: number, { repetitions, note }: SectionSettings): Promise<GrowthPoint> {
  note(`${what} ${value}`);
  const size: Size = { ...base, [what]: value };
  const engine = await openEngine({ engine: "onnx:native", threads: 1 });
  const [timing] = await interleave([await graphCandidate("ours", size, engine)], Math.min(repetitions, 7));
  await engine.dispose();
  return { what, value, milliseconds: median(timing?.samples ?? []), megabytes: above(await ourMemory(size)) };
}
