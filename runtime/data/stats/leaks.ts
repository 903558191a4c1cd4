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
  const seenIn = (trained: TaskRows, inputs: readonly string[], part: DigestPart): SeenRows => {
    // Rows that are looked at in parts are more than memory holds.
    if (part.of > 1) return new SeenRows(trained, inputs, digests, part);
    const key = JSON.stringify([trained.task.name, inputs]);
    const seen = seenBy.get(key) ?? new SeenRows(trained, inputs, digests, part);
    seenBy.set(key, seen);
    return seen;
  };
  const leaks: Leak[] = [];
  for (const [task, evaluated] of tasks) {
    const inputs = inputsOf(task);
    for (const [trained, rows] of tasks) {
      if (!inputs.every((modality) => inputsOf(trained).includes(modality))) continue;
      if (evaluatedSplits.every((split) => evaluated.count(split) === 0)) continue;
      const found = new FoundLeaks(evaluated);
      for (const part of partsOf(rows)) found.compare(seenIn(rows, inputs, part));
      for (const leak of found.list()) leaks.push({ task, trained, ...leak });
    }
  }
  return leaks;
}

/** The inputs of one part of all digests, which are numbers in [0, 1). */
interface DigestPart {
  readonly index: number;
  readonly of: number;
}

/** Bytes of a table for each row that it holds, at most. */
const tableBytes = 48;

/** Parts of the digests of which a table fits the memory that the data set of the rows allows; all of them at once where it says nothing. */
function partsOf(rows: TaskRows): readonly DigestPart[] {
  const of = Math.max(Math.ceil((tableBytes * rows.count("train")) / rows.countingBytes), 1);
  return Array.from({ length: of }, (_, index) => ({ index, of }));
}

/** The training rows of a task by their inputs, those of a part of all digests: the first of each content, and the first of each text. */
class SeenRows {
  readonly #rows: TaskRows;
  readonly #inputs: readonly string[];
  readonly #digests: InputDigests;
  readonly #part: DigestPart;
  readonly #tables = new Map<Sameness, RowsByDigest>();

  constructor(rows: TaskRows, inputs: readonly string[], digests: InputDigests, part: DigestPart) {
    this.#rows = rows;
    this.#inputs = inputs;
    this.#digests = digests;
    this.#part = part;
    for (const same of digests.hasTexts(inputs) ? (["content", "text"] as const) : (["content"] as const)) {
      const table = new RowsByDigest(this.#count());
      this.#tables.set(same, table);
      for (let position = 0; position < rows.count("train"); position++) {
        const row = rows.at("train", position);
        if (!this.holds(row)) continue;
        const digest = digests.of(row, inputs, same);
        if (digest !== undefined && this.find(row, same) === undefined) table.add(digest, position);
      }
    }
  }

  /** Whether rows with the inputs of this one are in this part. Rows of the same content have the same text too. */
  holds(row: TaskRow): boolean {
    const { index, of } = this.#part;
    if (of === 1) return true;
    const same = this.#digests.hasTexts(this.#inputs) ? "text" : "content";
    const digest = this.#digests.of(row, this.#inputs, same);
    return digest !== undefined && Math.floor(digest * of) === index;
  }

  /** Training rows of the part. */
  #count(): number {
    if (this.#part.of === 1) return this.#rows.count("train");
    let count = 0;
    for (const row of this.#rows.of("train")) if (this.holds(row)) count += 1;
    return count;
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

type LeakOfSplit = Pick<Leak, "split" | "same" | "rows" | "of" | "first">;

/** What is found of the evaluated rows of a task, a part of the training rows at a time. */
class FoundLeaks {
  readonly #evaluated: TaskRows;
  readonly #found = new Map<string, LeakOfSplit & { readonly position: number }>();

  constructor(evaluated: TaskRows) {
    this.#evaluated = evaluated;
  }

  compare(seen: SeenRows): void {
    for (const split of evaluatedSplits)
      for (let position = 0; position < this.#evaluated.count(split); position++) {
        const row = this.#evaluated.at(split, position);
        if (seen.holds(row)) this.#compareRow(row, { split, position }, seen);
      }
  }

  /** By split, and what is the same by content first, if it was found first. */
  list(): readonly LeakOfSplit[] {
    return [...this.#found.values()]
      .toSorted(
        (one, other) =>
          evaluatedSplits.indexOf(one.split) - evaluatedSplits.indexOf(other.split) || one.position - other.position,
      )
      .map(({ split, same, rows, of, first }) => ({ split, same, rows, of, first }));
  }

  #compareRow(
    row: TaskRow,
    { split, position }: Pick<LeakOfSplit, "split"> & { readonly position: number },
    seen: SeenRows,
  ): void {
    const equal = seen.find(row, "content");
    const [same, trained] = equal ? (["content", equal] as const) : (["text", seen.find(row, "text")] as const);
    if (!trained) return;
    const key = `${split} ${same}`;
    const known = this.#found.get(key);
    const isFirst = known === undefined || position < known.position;
    this.#found.set(key, {
      split,
      same,
      rows: (known?.rows ?? 0) + 1,
      of: this.#evaluated.count(split),
      first: isFirst ? { evaluated: placeOf(row), trained: placeOf(trained) } : known.first,
      position: isFirst ? position : known.position,
    });
  }
}

function placeOf({ dataset, row }: TaskRow): RowPlace {
  return dataset.rows.place(row);
}
