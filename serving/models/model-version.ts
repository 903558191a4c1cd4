import { existsSync, readFile } from "../../runtime/host/files.ts";
import { sha256 } from "../../runtime/host/hashing.ts";
import { join } from "../../runtime/host/paths.ts";

/**
 * Names the model that a folder holds now: the beginning of the SHA-256 of its manifest, which holds the hashes of the specification, of what was
 * learnt about the data and of the weights. It changes when a run ends, or is trained on.
 */
export async function modelVersion(run: string): Promise<string> {
  const inRun = join(run, "model", "model.json");
  return sha256(await readFile(existsSync(inRun) ? inRun : join(run, "model.json"))).slice(0, 12);
}
