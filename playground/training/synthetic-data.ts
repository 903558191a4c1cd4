import { syntheticData } from "../../runtime/browser/start-training.ts";
import type { SharedState } from "../state/url-state.ts";
import { takeWorker } from "./spare-worker.ts";

/** Synthetic tables that fit a specification, and the specification with their paths. */
export async function dataFor({ name, files, set }: SharedState): Promise<ReadonlyMap<string, Uint8Array>> {
  const made = await syntheticData({
    files,
    specification: name,
    ...(set === undefined ? {} : { set }),
    worker: takeWorker(),
  });
  const { "README.md": _, ...all } = made;
  return new Map(Object.entries(all));
}
