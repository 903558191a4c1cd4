import type { StartReport } from "./start-report.ts";

/** The name of a report's file in the folder of the run. */
export function startFile({ stage, source = 0 }: Pick<StartReport, "stage" | "source">): string {
  return `starts/${stage}${source === 0 ? "" : `.${source}`}.json`;
}
