import { join } from "node:path";
import { type LoggedValue, readMetrics } from "../../runtime/run/metrics-log.ts";

/** Reads a run's log. */
export async function loggedOf(run: string): Promise<readonly LoggedValue[]> {
  const events: LoggedValue[] = [];
  for await (const event of readMetrics(join(run, "metrics.jsonl"))) events.push(event);
  return events;
}

/** The share of each task among the rows that mixed steps have trained on. */
export async function rowShares(run: string, tasks: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const rows = (await loggedOf(run)).filter(({ split, name }) => split === "train" && name === "rows");
  const sum = (events: readonly LoggedValue[]) => events.reduce((total, { value }) => total + (value ?? 0), 0);
  return Object.fromEntries(tasks.map((task) => [task, sum(rows.filter((event) => event.task === task)) / sum(rows)]));
}
