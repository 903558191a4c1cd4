import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MetricEvent } from "../../runtime/metrics-log.ts";

/** Which share of the rows that mixed steps have trained on was of each task, as a run's log has it. */
export async function taskShares(run: string, tasks: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const events = (await readFile(join(run, "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as MetricEvent);
  const rows = events.filter(({ split, name }) => split === "train" && name === "rows");
  const total = rows.reduce((sum, { value }) => sum + value, 0);
  return Object.fromEntries(tasks.map((task) => [task, rows.filter((event) => event.task === task).reduce((sum, { value }) => sum + value, 0) / total]));
}
