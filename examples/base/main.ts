import { existsSync } from "node:fs";
import { join } from "node:path";
import { stdout } from "node:process";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { resume, train } from "../../runtime/index.ts";
import { prepareEnglish } from "../data/english.ts";
import { release } from "./release.ts";
import { writeVectors } from "./vectors.ts";

// `npm run base` trains the pretrained encoder on one thread, or resumes its training, and writes its weights to `examples/base/model.safetensors`.

const examples = join(packageRoot(), "examples");
const [runs, name] = [join(packageRoot(), "runs", "base"), "base"];
const begun = join(runs, `${name}-0001`);

async function trained(): Promise<string> {
  if (existsSync(join(begun, "checkpoints"))) return (await resume(begun, { threads: 1 })).folder;
  await prepareEnglish(join(examples, "data", "english"));
  await writeVectors(examples);
  return (await train({ specification: join(examples, "base.mtl"), runs, name, threads: 1 })).folder;
}

const file = join(examples, "base", "model.safetensors");
await release(await trained(), file);
stdout.write(`Wrote ${file}\n`);
