import { existsSync } from "node:fs";
import { above, ourMemory, pytorchMemory } from "../memory.ts";
import type { Section } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

const measured: Readonly<Record<string, Size>> = {
  middle: sizes.middle,
  "middle, dropout 10 %": { ...sizes.middle, dropout: 10 },
  wide: sizes.wide,
  "middle, vocabulary 30,000": { ...sizes.middle, vocabulary: 30_000 },
};

export const peakMemory: Section = {
  name: "memory",
  title: "Peak memory of a step",
  run: async ({ pytorch, note }) => {
    if (!existsSync("/proc/self/status")) return "Skipped: this measurement reads `/proc`, which only Linux has.";
    await pytorch();
    const rows: string[][] = [];
    for (const [name, size] of Object.entries(measured)) {
      note(name);
      const [ours, theirs] = [above(await ourMemory(size)), above(await pytorchMemory(size))];
      rows.push([name, digits(ours), digits(theirs), factor(ours / theirs)]);
    }
    return `Peak of resident megabytes after four steps, above those of a process that has only loaded its libraries. Each is measured in its own process. Ours includes the garbage that compilation leaves.\n\n${table(["size", "ours", "PyTorch", "ours ∕ PyTorch"], rows)}`;
  },
};
