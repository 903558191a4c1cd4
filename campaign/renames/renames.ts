import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { workspaceFiles } from "../edits/workspace-files.ts";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import { Project, type Texts, brokenBy } from "./renamed-and-back.ts";

export const renames: Campaign = {
  name: "renames",
  quick: 3,
  promise:
    "a name of an example is renamed: diagnostics and graphs are the same apart from the name, weights of earlier runs are found, and renaming back gives the same text",
  run({ trials, seed, note }) {
    const failures: string[] = [];
    const counts: Record<string, number> = {};
    const random = new Random(seed);
    const projects = projectsOf();
    for (let trial = 0; trial < trials; trial++) {
      const project = new Project(random.of(projects));
      const target = random.of(project.declared);
      const failure = brokenBy(project, target);
      if (failure !== undefined)
        failures.push(`trial ${trial}: ${target.at.file}: ${target.definition.name}: ${failure}`);
      counts[target.definition.kind] = (counts[target.definition.kind] ?? 0) + 1;
      if ((trial + 1) % 20 === 0) note(`${trial + 1} names, ${failures.length} failures`);
    }
    return Promise.resolve({ failures, counts });
  },
};

/** Each example, and the workspace of several files. */
function projectsOf(): readonly Texts[] {
  const folder = join(packageRoot(), "examples");
  const examples = readdirSync(folder).filter((name) => name.endsWith(".mtl"));
  return [workspaceFiles, ...examples.map((name) => ({ [name]: readFileSync(join(folder, name), "utf8") }))];
}
