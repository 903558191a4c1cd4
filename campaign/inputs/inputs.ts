import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { exitCodeOfBug } from "../../cli/failures.ts";
import { runCli } from "../../cli/run-cli.ts";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import { hostileSpecification } from "./specifications.ts";
import { hostileTable } from "./tables.ts";

/** The commands to run on a specification. Their cost does not depend on the amount of training that it asks for. */
const commands: readonly (readonly string[])[] = [
  ["check", "m.mtl"],
  ["check", "m.mtl", "--cost"],
  ["expand", "m.mtl"],
  ["graph", "m.mtl", "--format", "dot"],
  ["data", "stats", "m.mtl"],
];

/** The limit in seconds of processor time, which other work on the machine hardly affects. */
const mostSeconds = 20;

export const inputs: Campaign = {
  name: "inputs",
  quick: 4,
  promise:
    "specifications have nested, repeated, duplicate and huge parts, and tables have hostile rows: each command succeeds or refuses with a message, in bounded time",
  async run({ trials, seed, note }) {
    const failures: string[] = [];
    const counts: Record<string, number> = {};
    for (let trial = 0; trial < trials; trial++) {
      const random = new Random(seed * 1_000_003 + trial);
      const folder = mkdtempSync(join(tmpdir(), "mtl-inputs-"));
      const { name, content } = hostileTable(random);
      writeFileSync(join(folder, name), content);
      writeFileSync(join(folder, "m.mtl"), hostileSpecification(random, name));
      const command = random.of(commands);
      const { code, output, seconds } = await tried(command, folder);
      const isBroken =
        code === exitCodeOfBug || /This is a bug|\n\s+at .*:\d+:\d+/.test(output) || seconds > mostSeconds;
      if (isBroken)
        failures.push(
          `trial ${trial}: mtl ${command.join(" ")} in ${folder}: exit code ${code} after ${seconds.toFixed(1)} s. ${output.slice(0, 300)}`,
        );
      else rmSync(folder, { recursive: true });
      const outcome = code === 0 ? "done" : "refused";
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      if (isBroken || (trial + 1) % 50 === 0)
        note(isBroken ? (failures.at(-1) ?? "") : `${trial + 1} trials, ${failures.length} failures`);
    }
    return { failures, counts };
  },
};

async function tried(
  command: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly output: string; readonly seconds: number }> {
  const stdout = new PassThrough().resume();
  const stderr = new PassThrough();
  const output: string[] = [];
  stderr.on("data", (chunk: Buffer) => output.push(chunk.toString("utf8")));
  const before = process.cpuUsage();
  const code = await runCli(command, { stdout, stderr, stdin: Readable.from([]), env: {}, cwd });
  const { user, system } = process.cpuUsage(before);
  return { code, output: output.join(""), seconds: (user + system) / 1e6 };
}
