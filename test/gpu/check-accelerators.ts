import { table } from "../../bench/table.ts";
import { EngineUnavailable } from "../../runtime/engines/engine-errors.ts";
import type { Candidate } from "./accelerators.ts";
import { type Extent, checks } from "./checks.ts";

export interface AcceleratorsReport {
  /** The table, with the failures and what is missing below it. */
  readonly text: string;
  /** The number of engines that were found. */
  readonly found: number;
  readonly failures: readonly string[];
}

interface Row {
  readonly cells: readonly string[];
  readonly failures: readonly string[];
  /** Instructions for an engine that was not found. */
  readonly help?: string;
}

/** Opens each engine and checks those that are there, one after another. `note` receives what is being done. */
export async function checkAccelerators(
  candidates: readonly Candidate[],
  extent: Extent,
  note: (text: string) => void,
): Promise<AcceleratorsReport> {
  const rows: Row[] = [];
  for (const candidate of candidates) rows.push(await rowOf(candidate, extent, note));
  const failures = rows.flatMap((row) => row.failures);
  const head = ["engine", "found", ...checks.map(({ title }) => title)];
  const parts = [
    table(
      head,
      rows.map(({ cells }) => cells),
    ),
    ...rows.flatMap(({ help, cells }) => (help === undefined ? [] : [`${cells[0]}: ${help}`])),
    ...(failures.length === 0 ? [] : [["Failures:", ...failures].join("\n")]),
  ];
  return { text: parts.join("\n\n"), found: rows.filter(({ help }) => help === undefined).length, failures };
}

async function rowOf(candidate: Candidate, extent: Extent, note: (text: string) => void): Promise<Row> {
  const { name } = candidate;
  note(`${name}: opening`);
  const opened = await candidate.open().catch((error: unknown) => {
    if (error instanceof EngineUnavailable) return error;
    throw error;
  });
  if (opened instanceof EngineUnavailable)
    return {
      cells: [name, `no: ${opened.reason}`, ...checks.map(() => "")],
      failures: [],
      help: opened.help ?? "",
    };
  const { engine, device } = opened;
  await engine.dispose();
  const cells = [name, device === undefined ? "yes" : `yes: ${device}`];
  const failures: string[] = [];
  for (const check of checks) {
    note(`${name}: ${check.title}`);
    const result = await check.run(async () => (await candidate.open()).engine, extent);
    cells.push(result.text);
    failures.push(...result.failures.map((failure) => `${name}, ${check.title}: ${failure}`));
  }
  return { cells, failures };
}
