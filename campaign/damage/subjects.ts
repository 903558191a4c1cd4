import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { train } from "../../runtime/index.ts";

/** A folder with a specification, its data, and two runs of it in `runs/`: a finished one, and an interrupted one. */
export interface Subject {
  readonly name: string;
  readonly folder: string;
  /** Examples to predict, as JSON Lines. */
  readonly asked: string;
}

interface Specification {
  readonly of: string;
  readonly change?: (text: string) => string;
}

/**
 * The specifications of the committed old runs, one with a stage that starts from the best checkpoint of an earlier
 * one, and one with a stage that forks.
 */
const specifications: { readonly [name: string]: Specification } = {
  joint: { of: "joint" },
  light: { of: "light" },
  mixed: { of: "mixed" },
  notes: { of: "notes" },
  pictures: { of: "pictures" },
  best: {
    of: "light",
    change: (text) =>
      `${text}\nstage more { tasks: [kind, size]  init: best(both)  optimizer: sgd(rate: 1e-2)  batch: 8  steps: 6  checkpoint: checkpoint(every: 3) }\n`,
  },
  fork: {
    of: "light",
    change: (text) =>
      text.replace(
        /stage alone[^\n]*/,
        "stage alone { for_each: task  fork: true  tasks: [kind, size]  optimizer: sgd(rate: 1e-2)  batch: 8  steps: 8  checkpoint: checkpoint(every: 4) }",
      ),
  },
};

/**
 * Files keep the hashes that reveal damage, or lose them. Files without hashes are like those of old runs, or of an
 * attacker.
 */
export type Seals = "kept" | "taken out";

export async function makeSubjects(
  folder: string,
  seals: Seals,
  note: (text: string) => void,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const [name, { of, change }] of Object.entries(specifications)) {
    const work = join(folder, "subjects", name);
    cpSync(join(packageRoot(), "test", "old-runs", of), work, { recursive: true });
    rmSync(join(work, "runs"), { recursive: true, force: true });
    const specification = join(work, "model.mtl");
    if (change) writeFileSync(specification, change(readFileSync(specification, "utf8")));
    const settings = { specification, runs: join(work, "runs"), threads: 1, tensorboard: false };
    await train({ ...settings, name: "whole", interrupt: new AbortController().signal });
    const controller = new AbortController();
    let [steps, checkpoints] = [0, 0];
    // The run is interrupted two steps after a checkpoint. If there is a fork or a second stage, that one has begun by
    // then.
    const observer = {
      onCheckpoint: () => void checkpoints++,
      onStep: () => checkpoints >= (change ? 4 : 1) && ++steps === 2 && controller.abort(),
    };
    await train({ ...settings, name: "halted", interrupt: controller.signal, observer }).catch(() => undefined);
    if (seals === "taken out") takeOutSeals(settings.runs);
    note(`${name}: ${readdirSync(settings.runs).join(", ")}`);
    subjects.push({ name, folder: work, asked: readFileSync(join(work, "asked.jsonl"), "utf8") });
  }
  return subjects;
}

function takeOutSeals(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) =>
    each.endsWith(".json"),
  )) {
    const path = join(folder, name);
    const {
      seal: _seal,
      run: _run,
      metricsSha256: _log,
      ...rest
    } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    if (name.endsWith("model.json")) delete rest["files"];
    writeFileSync(path, `${JSON.stringify(rest, undefined, 2)}\n`);
  }
}
