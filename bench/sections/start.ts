import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Repeatable, interleave, median, ratios } from "../interleave.ts";
import type { Section } from "../section.ts";
import { digits, factor, table } from "../table.ts";

const commands = [["--version"], ["--help"], ["check", "examples/mbt.mtl"]];

export const start: Section = {
  name: "start",
  title: "Start of the command line",
  run: async ({ repetitions }) => {
    const candidates = [
      newProcess("node -e 0", ["-e", "0"]),
      ...commands.map((words) => newProcess(`mtl ${words.join(" ")}`, ["dist/cli/main.js", ...words])),
    ];
    const timings = await interleave(candidates, repetitions);
    const rows = timings.map((timing) => [
      `\`${timing.name}\``,
      digits(median(timing.samples)),
      factor(median(ratios(timing, timings[0] ?? timing))),
    ]);
    return `Milliseconds from the start of a process to its end. A ratio is the median of the ratios of neighbouring repetitions.\n\n${table(["command", "milliseconds", "∕ `node -e 0`"], rows)}`;
  },
};

/** A process of Node that is started and awaited. */
function newProcess(name: string, args: readonly string[]): Repeatable {
  const steps = async (count: number): Promise<{ readonly milliseconds: number }> => {
    const begin = performance.now();
    for (let step = 0; step < count; step++)
      await promisify(execFile)(process.execPath, [...args], { cwd: packageRoot() });
    return { milliseconds: performance.now() - begin };
  };
  return { name, steps };
}
