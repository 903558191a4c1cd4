import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { DataProblem, Split } from "../data.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRow, TaskRows } from "../rows/task-rows.ts";
import { InputDigests, type Sameness } from "./input-digests.ts";
import { RowsByDigest } from "./rows-by-digest.ts";

export type RowPlace = Pick<DataProblem, "file" | "row" | "path">;

/** Rows that a task is evaluated on although training has seen their inputs. */
export interface Leak {
  readonly task: string;
  readonly split: Exclude<Split, "train">;
  /** The task in whose training rows the same inputs are. */
  readonly trained: string;
  readonly same: Sameness;
  /** Of the split; those that are the same by content are not counted again by text. */
  readonly rows: number;
  readonly of: number;
  readonly first: { readonly evaluated: RowPlace; readonly trained: RowPlace };
}

const evaluatedSplits = ["validation", "test"] as const;

/**
 * Compares inputs, targets aside, by what each value is decoded from. A task is compared with every task that reads all of its modalities: only
 * there could the model have seen the whole input. Distinct values are looked at once, so that the start of a training can afford it.
 */
export function findLeaks(specification: ResolvedSpecification, { tasks }: Pick<LoadedData, "tasks">): readonly Leak[] {
  const inputsOf = (task: string): readonly string[] =>
    specification.tasks[task]?.inputs.map(({ modality }) => modality).toSorted() ?? [];
  const digests = new InputDigests(specification);
  const seenBy = new Map<string, SeenRows>();
  const seenIn = (trained: TaskRows, inputs: readonly string[]): SeenRows => {
    const key = JSON.stringify([trained.task.name, inputs]);
    const seen = seenBy.get(key) ?? new SeenRows(trained, inputs, digests);
    seenBy.set(key, seen);
    return seen;
  };
  const leaks: Leak[] = [];
  for (const [task, evaluated] of tasks) {
    const inputs = inputsOf(task);
    for (const [trained, rows] of tasks) {
      if (!inputs.every((modality) => inputsOf(trained).includes(modality))) continue;
      for (const split of evaluatedSplits) {
        if (evaluated.count(split) === 0) continue;
        for (const found of compare(evaluated.of(split), seenIn(rows, inputs)))
          leaks.push({ task, split, trained, ...found, of: evaluated.count(split) });
      }
    }
  }
  return leaks;
}

/** The training rows of a task by their inputs: the first of each content, and the first of each text. */
class SeenRows {
  readonly #rows: TaskRows;
  readonly #inputs: readonly string[];
  readonly #digests: InputDigests;
  readonly #tables = new Map<Sameness, RowsByDigest>();

  constructor(rows: TaskRows, inputs: readonly string[], digests: InputDigests) {
    this.#rows = rows;
    this.#inputs = inputs;
    this.#digests = digests;
    for (const same of digests.hasTexts(inputs) ? (["content", "text"] as const) : (["content"] as const)) {
      const table = new RowsByDigest(rows.count("train"));
      this.#tables.set(same, table);
      for (let position = 0; position < rows.count("train"); position++) {
        const row = rows.at("train", position);
        const digest = digests.of(row, inputs, same);
        if (digest !== undefined && this.find(row, same) === undefined) table.add(digest, position);
      }
    }
  }

  /** The first row with the same inputs. */
  find(row: TaskRow, same: Sameness): TaskRow | undefined {
    const digest = this.#digests.of(row, this.#inputs, same);
    if (digest === undefined) return undefined;
    const position = this.#tables
      .get(same)
      ?.find(digest, (other) => this.#digests.areSame(row, this.#rows.at("train", other), this.#inputs, same));
    return position === undefined ? undefined : this.#rows.at("train", position);
  }
}

function compare(rows: Iterable<TaskRow>, seen: SeenRows): readonly Pick<Leak, "same" | "rows" | "first">[] {
  const found = new Map<Sameness, { rows: number; first: Leak["first"] }>();
  for (const row of rows) {
    const equal = seen.find(row, "content");
    const [same, trained] = equal ? (["content", equal] as const) : (["text", seen.find(row, "text")] as const);
    if (!trained) continue;
    const known = found.get(same);
    found.set(same, {
      rows: (known?.rows ?? 0) + 1,
      first: known?.first ?? { evaluated: placeOf(row), trained: placeOf(trained) },
    });
  }
  return [...found].map(([same, each]) => ({ same, ...each }));
}

function placeOf({ dataset, row }: TaskRow): RowPlace {
  return dataset.rows.place(row);
}
