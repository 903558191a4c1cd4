import { writeHalf } from "../../runtime/checkpoint/checkpoint.ts";
import { readWeights } from "../../runtime/model/read-weights.ts";

/** Writes the last weights of a run in half precision. The table of words has the name that it has where `bert` makes its own. */
export async function release(run: string, file: string): Promise<void> {
  const weights = await readWeights({ path: run, checkpoint: "last" });
  await writeHalf(
    file,
    new Map([...weights].map(([name, weight]) => [name.replace(/^pieces\./u, "context.words."), weight])),
  );
}
