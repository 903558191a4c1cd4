import { resolve } from "node:path";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { type EngineName, engineGroups } from "../../runtime/engines/open-engine.ts";
import type { EngineProbe } from "../../runtime/engines/probe-engines.ts";
import { UserError, exitCodes } from "../../runtime/user-error.ts";
import { packageVersion } from "../../runtime/package-version.ts";
import type { Session, VerbOf } from "../verb.ts";

interface DoctorOptions {
  readonly json?: true;
}

export const doctor: VerbOf<DoctorOptions> = {
  name: "doctor",
  summary: "Describe this machine and the engines that run on it; or check every file of a run for damage.",
  examples: [
    ["mtl doctor", "to include in a bug report"],
    ["mtl doctor runs/model-0001", "checks the files of a run and changes nothing; exits with 4 if one is damaged"],
  ],
  configure: (command) =>
    command
      .argument("[run]", "a run folder, or its model/ alone")
      .option("--json", "print the findings about a run as an array"),
  async run(session, [run], { json }) {
    if (run !== undefined) return checkUp(session, run, json ? "json" : "text");
    if (json) throw new UserError("usage", "--json is for a run.", "Write mtl doctor RUN --json.");
    const lines = [
      ["mtl", packageVersion()],
      ["node", `${process.version} (ICU ${process.versions["icu"] ?? "missing"})`],
      ["platform", `${process.platform} ${process.arch}`],
      ["processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores for this process`],
      ["memory", `${gibibytes(totalmem())}, ${gibibytes(freemem())} free`],
    ];
    for (const [name = "", value = ""] of lines) session.print(`${name.padEnd(11)} ${value}\n`);
    const { probeEngines } = await import("../../runtime/engines/probe-engines.ts");
    const probes = await probeEngines();
    const taken = engineGroups.auto.find((name) =>
      probes.some(({ engine, available }) => engine === name && available),
    );
    session.print(
      taken === undefined ? "\nNo engine runs here that --engine auto takes\n" : `\n--engine auto takes ${taken}\n`,
    );
    session.print("\nEngines\n");
    for (const probe of probes) {
      for (const [index, line] of linesOf(probe, taken).entries())
        session.print(`  ${(index === 0 ? probe.engine : "").padEnd(14)} ${line}\n`);
    }
    return taken === undefined ? exitCodes.engine : 0;
  },
};

async function checkUp(session: Session, run: string, format: "json" | "text"): Promise<number> {
  const { checkFolder } = await import("../../runtime/doctor/check-folder.ts");
  const folder = resolve(session.io.cwd, run);
  const findings = await checkFolder(folder);
  const damaged = findings.filter(({ state }) => state === "damaged");
  if (format === "json") session.print(`${JSON.stringify(findings, undefined, 2)}\n`);
  else {
    for (const { of, state, said, help } of findings.filter((each) => each.state !== "whole")) {
      session.print(
        `${state === "damaged" ? "damaged" : "note"}: ${of}\n${[said, help]
          .filter((line) => line !== undefined)
          .map((line) => `  ${line.replaceAll(`${folder}/`, "")}\n`)
          .join("")}`,
      );
    }
    const whole = findings.length - findings.filter(({ state }) => state !== "whole").length;
    session.print(
      damaged.length === 0
        ? `Intact: all ${whole} parts of ${run} are as they were written.\n`
        : `Damaged: ${damaged.length} of ${damaged.length + whole} parts of ${run}.\n`,
    );
  }
  return damaged.length === 0 ? 0 : exitCodes.data;
}

/** The lines about an engine: its state, the reason why it is not used or what it lacks, and how to install it. */
function linesOf(probe: EngineProbe, taken: EngineName | undefined): readonly string[] {
  if (!probe.available) return [`not available: ${probe.reason}`, ...(probe.help === "" ? [] : [probe.help])];
  return [`available, version ${probe.version}; ${placeOf(probe.engine, taken)}`, ...probe.notes];
}

function placeOf(engine: EngineName, taken: EngineName | undefined): string {
  if (engine === taken) return "--engine auto takes it";
  const isCandidate = engineGroups.auto.some((name) => name === engine);
  return isCandidate && taken !== undefined ? `--engine auto takes ${taken} before it` : `only with --engine ${engine}`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
