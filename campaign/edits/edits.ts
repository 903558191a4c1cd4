import { isDeepStrictEqual } from "node:util";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import { EditedWorkspace } from "./edited-workspace.ts";
import { queries } from "./queries.ts";
import { workspaceFiles } from "./workspace-files.ts";

/** Questions about a random file after each action. */
const asked = 3;

export const edits: Campaign = {
  name: "edits",
  quick: 2000,
  promise:
    "files of a workspace are edited, opened, saved, closed, renamed and deleted: every answer of the language server is that of one which has just been started",
  async run({ trials, seed, note }) {
    const failures: string[] = [];
    const counts: Record<string, number> = {};
    const random = new Random(seed);
    const edited = new EditedWorkspace(workspaceFiles);
    for (let trial = 0; trial < trials; trial++) {
      const action = edited.act(random);
      const anew = edited.anew();
      const path = random.of(edited.paths);
      const offset = random.below((edited.workspace.textOf(path)?.length ?? 0) + 1);
      for (let question = 0; question < asked; question++) {
        const name = random.of(Object.keys(queries));
        const answers = [edited.workspace, anew].map((workspace) => queries[name]?.(workspace, path, offset));
        if (isDeepStrictEqual(answers[0], answers[1])) continue;
        const [before, now] = answers.map((answer) => JSON.stringify(answer)?.slice(0, 400));
        const failure = `action ${trial} (${action}): ${name} at ${path}:${offset} is ${before}, anew ${now}`;
        failures.push(failure);
        note(failure);
      }
      const kind = action.split(" ")[0] ?? "";
      counts[kind] = (counts[kind] ?? 0) + 1;
      if ((trial + 1) % 1000 === 0) note(`${trial + 1} actions, ${failures.length} failures`);
      if (failures.length >= 10) break;
    }
    return { failures, counts };
  },
};
