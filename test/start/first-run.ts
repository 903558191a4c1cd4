import { join } from "node:path";
import { train } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

export interface FirstRun {
  readonly root: string;
  readonly runs: string;
  readonly first: string;
}

/**
 * A folder with the small model and its data, a folder of runs in it, and one that has ended: what others start from.
 */
export async function firstRun(): Promise<FirstRun> {
  const root = await newFolder();
  const runs = join(root, "runs");
  const { folder: first } = await train({
    specification: writeSmallModel(root),
    runs,
    name: "first",
    threads: 1,
    interrupt: new AbortController().signal,
  });
  return { root, runs, first };
}
