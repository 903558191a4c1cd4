import { z } from "zod";
import { listRuns, readRunSummary } from "../../../runtime/report/run-record.ts";
import { tool } from "../tool.ts";

export const runs = tool({
  name: "runs",
  title: "Read runs",
  description:
    "Lists the runs below a folder with their state and results, or reads one run: steps, seeds, the value of each metric on each split, and that of a constant prediction.",
  input: {
    folder: z.string().default("runs").describe("folder of runs"),
    run: z.string().optional().describe("path of one run, such as runs/names-0001"),
  },
  async run(session, { folder, run }) {
    const found =
      run === undefined ? await listRuns(session.resolve(folder)) : [await readRunSummary(session.resolve(run))];
    return found.map((each) =>
      each.state === "damaged"
        ? each
        : {
            name: each.name,
            path: each.path,
            state: each.state,
            steps: each.steps,
            seeds: each.lock.seeds,
            results: each.results,
          },
    );
  },
});
