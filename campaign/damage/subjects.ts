import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { train } from "../../runtime/index.ts";

/** A folder with a specification, its data, and two runs of it in `runs/`: one that has ended, and one that was stopped. */
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

/** What the committed old runs are of, and besides a stage that starts from the best of an earlier one, and one that forks. */
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

/** Whether files keep the hashes by which damage is found. Without, they are as those of old runs, and of somebody who means harm. */
export type Seals = "kept" | "taken out";

export async function makeSubjects(
  folder: string,
  seals: Seals,
  note: (text: string) => void,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const [name, { of, change }] of Object.entries(specifications)) {
    const place = join(folder, "subjects", name);
    cpSync(join(packageRoot(), "test", "old-runs", of), place, { recursive: true });
    rmSync(join(place, "runs"), { recursive: true, force: true });
    const specification = join(place, "model.mtl");
    if (change) writeFileSync(specification, change(readFileSync(specification, "utf8")));
    const settings = { specification, runs: join(place, "runs"), threads: 1, tensorboard: false };
    await train({ ...settings, name: "whole", interrupt: new AbortController().signal });
    const controller = new AbortController();
    let [steps, checkpoints] = [0, 0];
    // Two steps after the second checkpoint, so that a fork or a later stage has begun where there is one.
    const observer = {
      onCheckpoint: () => void checkpoints++,
      onStep: () => checkpoints >= (change ? 4 : 1) && ++steps === 2 && controller.abort(),
    };
    await train({ ...settings, name: "halted", interrupt: controller.signal, observer }).catch(() => undefined);
    if (seals === "taken out") takeOutSeals(settings.runs);
    note(`${name}: ${readdirSync(settings.runs).join(", ")}`);
    subjects.push({ name, folder: place, asked: readFileSync(join(place, "asked.jsonl"), "utf8") });
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
