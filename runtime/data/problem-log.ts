import type { DataProblem } from "./data.ts";
import { numberOf } from "./rows/row-content.ts";

/** Problems of a data set, each once: several tasks may find one in the same cell. */
export class ProblemLog {
  readonly #problems = new Map<string, DataProblem>();
  readonly #most: number;
  /** The rows of all problems by a digest, where not all problems are kept. */
  #rows: Set<number> | undefined;
  #unread = 0;

  /** Keeps so many, and of those beyond only which rows have them. */
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

  /** A row that was not even appended to those that there are: it counts among all of them. */
  addUnread(problem: DataProblem): void {
    this.#unread += 1;
    this.add(problem);
  }

  unreadRows(): number {
    return this.#unread;
  }

  /** How many rows have problems. */
  rows(): number {
    return (this.#rows ?? new Set([...this.#problems.values()].map(rowText))).size;
  }

  /** In order of files as they were met, then of rows. */
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

/** `animals.csv:7: column "photo": "7.png" does not exist`. */
export function problemText({ column, reason, ...place }: DataProblem): string {
  return `${placeText(place)}: ${column === undefined || place.path !== undefined ? "" : `column "${column}": `}${reason}`;
}

/** `animals.csv:7`; in a folder of classes `photos/cat/7.png`. */
export function placeText({ file, row, path }: Pick<DataProblem, "file" | "row" | "path">): string {
  return path ?? `${file}:${row}`;
}
