import { selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import { writeText } from "../../files/checked-json.ts";
import { dirname, resolve } from "../../host/paths.ts";
import { portableRelative } from "../../host/portable-path.ts";
import { type SearchOptions, planSearch } from "../plan-search.ts";
import { scoreDisplay } from "../trial-progress.ts";
import { optunaScript } from "./optuna-script.ts";
import { rayScript } from "./ray-script.ts";
import type { SearchScript } from "./trial-script.ts";
import type { SearchLibrary } from "./search-libraries.ts";

export interface ExportedSearch extends Omit<SearchOptions, "observer" | "interrupt" | "jobs"> {
  /** The Python library that searches. */
  readonly to: SearchLibrary;
  /** The path of the script. */
  readonly output: string;
}

const scripts: { readonly [Library in SearchLibrary]: (script: SearchScript) => string } = {
  optuna: optunaScript,
  ray: rayScript,
};

/**
 * Writes a Python script that makes the same search by another library, around `mtl train`.
 *
 * @returns The path of the script.
 * @throws UserError as `search` does, before anything is written.
 */
export async function exportSearch(options: ExportedSearch): Promise<string> {
  const { compiled, searched, space, method, settings } = planSearch(options);
  const { specification } = compiled.program;
  const path = resolve(options.output);
  const here = (target: string): string => portableRelative(dirname(path), resolve(target));
  const stage = specification.stages.at(-1);
  const selector = stage?.checkpoint.best ?? "auto";
  const tasks = (stage?.tasks ?? []).flatMap((name) => specification.tasks[name] ?? []);
  await writeText(
    path,
    scripts[options.to]({
      ...settings,
      model: options.name ?? specification.model.name,
      specification: here(compiled.entry),
      runs: here(options.runs ?? "runs"),
      data: options.data === undefined ? null : here(options.data),
      space,
      set: searched.set,
      trials: method.trials,
      steps: options.steps ?? null,
      method: options.method ?? "random",
      stage: stage?.name ?? "",
      measures: selector === "auto" ? [] : selectedMeasures(selector, tasks).map(({ task, name }) => [task, name]),
      sign: scoreDisplay(specification).sign,
    }),
  );
  return path;
}
