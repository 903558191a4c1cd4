import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { probeEngines } from "../../../runtime/engines/probe-engines.ts";
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
    const taken = probes.find(({ available }) => available);
    session.print("\nEngines, best first\n");
    for (const probe of probes) {
      const state = probe.available ? `runs, version ${probe.version}${probe === taken ? "; --engine auto takes it" : ""}` : `does not run: ${probe.reason}`;
      session.print(`  ${probe.engine.padEnd(12)} ${state}\n`);
      if (!probe.available && probe.help !== "") session.print(`  ${"".padEnd(12)} ${probe.help}\n`);
    }
    return taken === undefined ? exitCodes.engine : 0;
  },
};

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
