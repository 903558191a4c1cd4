import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { type EngineName, engineGroups } from "../../../runtime/engines/open-engine.ts";
import { type EngineProbe, probeEngines } from "../../../runtime/engines/probe-engines.ts";
import { exitCodes } from "../../../runtime/user-error.ts";
import { packageVersion } from "../../../runtime/package-version.ts";
import type { Verb } from "../verb.ts";

export const doctor: Verb = {
  name: "doctor",
  summary: "Say what this machine has: versions, cores, and which engines run here and why others do not.",
  examples: [["mtl doctor", "look at it before reporting a bug"]],
  configure: () => {},
  async run(session) {
    const lines = [
      ["mtl", packageVersion()],
      ["node", `${process.version} (ICU ${process.versions["icu"] ?? "missing"})`],
      ["platform", `${process.platform} ${process.arch}`],
      ["processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores for this process`],
      ["memory", `${gibibytes(totalmem())}, ${gibibytes(freemem())} free`],
    ];
    for (const [name = "", value = ""] of lines) session.print(`${name.padEnd(11)} ${value}\n`);
    const probes = await probeEngines();
    const taken = engineGroups.auto.find((name) => probes.some(({ engine, available }) => engine === name && available));
    session.print(taken === undefined ? "\nNo engine runs here that --engine auto takes\n" : `\n--engine auto takes ${taken}\n`);
    session.print("\nEngines\n");
    for (const probe of probes) {
      for (const [index, line] of linesOf(probe, taken).entries()) session.print(`  ${(index === 0 ? probe.engine : "").padEnd(14)} ${line}\n`);
    }
    return taken === undefined ? exitCodes.engine : 0;
  },
};

/** What was found, then why it is not taken or what it lacks, and how to get it. */
function linesOf(probe: EngineProbe, taken: EngineName | undefined): readonly string[] {
  if (!probe.available) return [`does not run: ${probe.reason}`, ...(probe.help === "" ? [] : [probe.help])];
  return [`runs, version ${probe.version}; ${placeOf(probe.engine, taken)}`, ...probe.notes];
}

function placeOf(engine: EngineName, taken: EngineName | undefined): string {
  if (engine === taken) return "--engine auto takes it";
  const isCandidate = engineGroups.auto.some((name) => name === engine);
  return isCandidate && taken !== undefined ? `--engine auto takes ${taken} before it` : `only with --engine ${engine}`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
