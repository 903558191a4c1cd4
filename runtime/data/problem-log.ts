import type { DataProblem } from "./data.ts";
import { numberOf } from "./rows/row-content.ts";

/** The problems of a data set, each once, since several tasks may find the same one in a cell. */
export class ProblemLog {
  readonly #problems = new Map<string, DataProblem>();
  readonly #most: number;
  /** The digests of all rows with problems, once not all problems are kept. */
  #rows: Set<number> | undefined;
  #unread = 0;

  /** Keeps at most `most` problems. Beyond these only the rows are counted. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  add(problem: DataProblem): void {
    if (this.#problems.size >= this.#most) {
      this.#rows ??= new Set([...this.#problems.values()].map(digestOfRow));
      this.#rows.add(digestOfRow(problem));
      return;
    }
    const place = JSON.stringify([problem.file, problem.row, problem.column]);
    if (!this.#problems.has(place)) this.#problems.set(place, problem);
  }

  /** Adds a problem of a row that was not stored. `unreadRows` counts such rows. */
  addUnread(problem: DataProblem): void {
    this.#unread += 1;
    this.add(problem);
  }

  unreadRows(): number {
    return this.#unread;
  }

  /** The number of rows with problems. */
  rows(): number {
    return (this.#rows ?? new Set([...this.#problems.values()].map(rowText))).size;
  }

  /** All kept problems, by file in the order of reading, then by row. */
  list(): readonly DataProblem[] {
    const places = new Map<string, number>();
    for (const { file } of this.#problems.values()) if (!places.has(file)) places.set(file, places.size);
    const placeOf = ({ file }: DataProblem): number => places.get(file) ?? 0;
    return [...this.#problems.values()].sort((one, other) => placeOf(one) - placeOf(other) || one.row - other.row);
  }
}

function rowText({ file, row }: DataProblem): string {
  return `${row} ${file}`;
}

function digestOfRow(problem: DataProblem): number {
  return numberOf(rowText(problem));
}

/** Gives `animals.csv:7: column "photo": "7.png" does not exist`. */
export function problemText({ column, reason, ...place }: DataProblem): string {
  return `${placeText(place)}: ${column === undefined || place.path !== undefined ? "" : `column "${column}": `}${reason}`;
}

/** Gives `animals.csv:7`, or in a folder of classes `photos/cat/7.png`. */
export function placeText({ file, row, path }: Pick<DataProblem, "file" | "row" | "path">): string {
  return path ?? `${file}:${row}`;
}
