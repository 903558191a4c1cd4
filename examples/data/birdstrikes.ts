import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Split } from "./splits.ts";
import { packageFolder, packageVersion } from "./package-folder.ts";
import { writeDataset } from "./write-dataset.ts";

/** A report of a collision of an aircraft with birds. */
export interface StrikeRow {
  readonly airport: string;
  readonly aircraft: string;
  readonly airline: string;
  readonly state: string;
  readonly month: string;
  readonly species: string;
  readonly phase: string;
  readonly time: string;
  readonly damage: "none" | "some";
  /** The speed in knots, which a quarter of the reports lack. */
  readonly speed?: number;
  readonly split: Split;
}

/** Writes `strikes.jsonl`: reports of bird strikes to the US Federal Aviation Administration, from the npm package `vega-datasets`. */
export function prepareBirdstrikes(folder: string): Promise<void> {
  return writeDataset(folder, [1, "vega-datasets", packageVersion("vega-datasets")], async () => ({
    "strikes.jsonl": await strikeRows(),
  }));
}

type Report = Readonly<Record<string, string>>;

/** Phases with too few reports to be classes: 29 together. */
const rarePhases = new Set(["Taxi", "Parked"]);

async function strikeRows(): Promise<readonly StrikeRow[]> {
  const path = join(packageFolder("vega-datasets"), "data", "birdstrikes.csv");
  const reports: readonly Report[] = parse(await readFile(path), { columns: true });
  return reports.map(rowOf).filter(({ phase }) => !rarePhases.has(phase));
}

/** The costs are left out, since they reveal the damage. */
function rowOf(report: Report): StrikeRow {
  const cell = (column: string): string => report[column] ?? "";
  const date = cell("Flight Date");
  const speed = cell("Speed IAS in knots");
  return {
    airport: cell("Airport Name"),
    aircraft: cell("Aircraft Make Model"),
    airline: cell("Aircraft Airline Operator"),
    state: cell("Origin State"),
    month: date.slice(5, 7),
    species: cell("Wildlife Species"),
    phase: cell("Phase of flight"),
    time: cell("Time of day"),
    damage: cell("Effect Amount of damage") === "None" ? "none" : "some",
    ...(speed === "" ? {} : { speed: Number(speed) }),
    split: splitOfYear(Number(date.slice(0, 4))),
  };
}

/** The years 1990 to 1999 are for training, 2000 for validation, 2001 and 2002 for testing. */
function splitOfYear(year: number): Split {
  return year < 2000 ? "train" : year === 2000 ? "validation" : "test";
}
