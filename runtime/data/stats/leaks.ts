import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { DataProblem, Split } from "../data.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRow, TaskRows } from "../rows/task-rows.ts";
import { InputDigests, type Sameness } from "./input-digests.ts";
import { RowsByDigest } from "./rows-by-digest.ts";

export type RowPlace = Pick<DataProblem, "file" | "row" | "path">;

/** Rows on which a task is evaluated although training has seen their inputs. */
export interface Leak {
  readonly task: string;
  readonly split: Exclude<Split, "train">;
  /** The task whose training rows have the same inputs. */
  readonly trained: string;
  readonly same: Sameness;
  /** The number of such rows in the split. Rows with the same content are not counted again as the same text. */
  readonly rows: number;
  readonly of: number;
  readonly first: { readonly evaluated: RowPlace; readonly trained: RowPlace };
}

const evaluatedSplits = ["validation", "test"] as const;

/**
 * Finds validation and test rows whose inputs are also in training rows. Targets are ignored, and inputs are compared
 * by the content that they are decoded from. A task is compared with every task that reads all of its modalities, since
 * only there the model could have seen the whole input. Each distinct value is hashed once, so that this is fast enough
 * for the start of a training.
 */
export function findLeaks(specification: ResolvedSpecification, { tasks }: Pick<LoadedData, "tasks">): readonly Leak[] {
  const inputsOf = (task: string): readonly string[] =>
    specification.tasks[task]?.inputs.map(({ modality }) => modality).toSorted() ?? [];
  const digests = new InputDigests(specification);
  const seenBy = new Map<string, SeenRows>();
  const seenIn = (trained: TaskRows, inputs: readonly string[], part: DigestPart): SeenRows => {
    // Rows are compared in several parts only if they do not fit in memory, so that the table of a part is not kept.
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

/** One of `of` equal ranges of the digests, which are numbers in [0, 1). */
interface DigestPart {
  readonly index: number;
  readonly of: number;
}

/** An upper bound on the bytes of a hash table for each row. */
const tableBytes = 48;

/**
 * Ranges of digests whose hash tables fit in the memory that the data set allows; a single one if there is no limit.
 */
function partsOf(rows: TaskRows): readonly DigestPart[] {
  const of = Math.max(Math.ceil((tableBytes * rows.count("train")) / rows.countingBytes), 1);
  return Array.from({ length: of }, (_, index) => ({ index, of }));
}

/** The training rows of a task in one range of digests: the first row of each content, and the first of each text. */
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

  /**
   * Tells if rows with the inputs of this one are in this range. Rows with the same content also have the same text.
   */
  holds(row: TaskRow): boolean {
    const { index, of } = this.#part;
    if (of === 1) return true;
    const same = this.#digests.hasTexts(this.#inputs) ? "text" : "content";
    const digest = this.#digests.of(row, this.#inputs, same);
    return digest !== undefined && Math.floor(digest * of) === index;
  }

  /** The number of training rows in the range. */
  #count(): number {
    if (this.#part.of === 1) return this.#rows.count("train");
    let count = 0;
    for (const row of this.#rows.of("train")) if (this.holds(row)) count += 1;
    return count;
  }

  /** The first row with the same inputs; `undefined` if there is none. */
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

/** Collects the leaks of a task's evaluated rows, one range of training rows at a time. */
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

  /** The leaks by split; `content` comes before `text`, unless the latter was found in an earlier row. */
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
