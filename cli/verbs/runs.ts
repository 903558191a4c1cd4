import { counted } from "../../compiler/counted.ts";
import { shellWord } from "../../runtime/shell-words.ts";
import { relative, resolve } from "node:path";
import type { DamagedRun, Result, RunSummary } from "../../runtime/report/run-record.ts";
import type { SearchFile } from "../../runtime/search/search-file.ts";
import { bestTrial } from "../../runtime/search/trial.ts";
import type { RunSet } from "../../runtime/run/run-set-file.ts";
import { formatSpread, formatValue } from "../format.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { VerbOf } from "../verb.ts";

interface RunsOptions {
  readonly json?: true;
}

export const runs: VerbOf<RunsOptions> = {
  name: "runs",
  summary:
    "List runs with their state and results, the means of seeds and folds that were trained together, and searches.",
  examples: [
    ["mtl runs", "the runs below runs/"],
    ["mtl runs elsewhere --json", "for another program"],
  ],
  configure: (command) =>
    command
      .argument("[folder]", "the folder of the runs", "runs")
      .option("--json", "print an array instead of a table"),
  async run(session, [folder = "runs"], { json }) {
    const { listRuns, findRunSets } = await import("../../runtime/report/run-record.ts");
    const { listSearches } = await import("../../runtime/search/list-searches.ts");
    const path = resolve(session.io.cwd, folder);
    const found = await listRuns(path);
    if (json) {
      session.emit(`${JSON.stringify(found, undefined, 2)}\n`);
      return 0;
    }
    if (found.length === 0) session.note(`There are no runs in ${folder}; \`mtl train FILE.mtl\` creates one.`);
    else
      session.print(
        renderTable(
          ["run", "state", "steps", "seed", "begun", "engine", "test"],
          [
            ...found.map(runRow),
            ...[...(await findRunSets(path))].map(setRow),
            ...[...(await listSearches(path))].map(searchRow),
          ],
          ["steps"],
        ),
      );
    const unfinished = found.find(({ state }) => state === "unfinished");
    if (unfinished)
      session.note(
        `\nTo continue an unfinished run: mtl train --resume ${shellWord(relative(session.io.cwd, unfinished.path))}`,
      );
    return 0;
  },
};

/** Values on the test rows are shown, except losses, which cannot be compared. */
function isShown({ split, name }: Pick<Result, "split" | "name">): boolean {
  return split === "test" && name !== "loss";
}

function runRow(run: RunSummary | DamagedRun): readonly string[] {
  if (run.state === "damaged")
    return [run.name, run.state, "", "", "", "", `mtl doctor ${shellWord(run.path)} shows which`];
  const { name, state, steps, lock, results } = run;
  const seeds = `${[...new Set(Object.values(lock.seeds))].join(", ")}${lock.fold ? `, fold ${lock.fold.index} of ${lock.fold.of}` : ""}`;
  return [
    name,
    state,
    String(steps),
    seeds,
    lock.created.slice(0, 16).replace("T", " "),
    lock.engine,
    results
      .filter(isShown)
      .map((each) => `${each.task} ${each.name} ${formatValue(each.value ?? NaN)}`)
      .join(", "),
  ];
}

/** A search, with its best trial so far. */
function searchRow([name, { trials, method, seed, created, engine }]: readonly [
  string,
  SearchFile,
]): readonly string[] {
  const isOpen = trials.some(({ state }) => state === "waiting" || state === "training");
  const best = bestTrial(trials);
  return [
    name,
    isOpen ? "unfinished" : "finished",
    "",
    String(seed),
    created.slice(0, 16).replace("T", " "),
    engine ?? "",
    `${method} over ${counted(trials.length, "trial")}${best?.run ? `; the best is ${best.run}` : ""}`,
  ];
}

/** Seeds or folds that were trained together, with their means. */
function setRow([name, { kind, members, summary }]: readonly [string, RunSet]): readonly string[] {
  const values = (summary ?? []).filter(isShown).map((each) => `${each.task} ${each.name} ${formatSpread(each)}`);
  return [
    name,
    summary ? "finished" : "unfinished",
    "",
    kind === "seeds" ? members.join(", ") : `${members.length} folds`,
    "",
    "",
    values.join(", "),
  ];
}
