import type { DataProblem } from "./data.ts";

/** Problems of a data set, each place once: several tasks may stumble over one cell. */
export class ProblemLog {
  readonly #problems = new Map<string, DataProblem>();
  #unread = 0;

  add(problem: DataProblem): void {
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
    return new Set([...this.#problems.values()].map(({ file, row }) => `${row} ${file}`)).size;
  }

  /** In order of files as they were met, then of rows. */
  list(): readonly DataProblem[] {
    const places = new Map<string, number>();
    for (const { file } of this.#problems.values()) if (!places.has(file)) places.set(file, places.size);
    const placeOf = ({ file }: DataProblem): number => places.get(file) ?? 0;
    return [...this.#problems.values()].sort((one, other) => placeOf(one) - placeOf(other) || one.row - other.row);
  }
}

/** `animals.csv:7: column "photo": "7.png" does not exist`. */
export function problemText({ column, reason, ...place }: DataProblem): string {
  return `${placeText(place)}: ${column === undefined || place.path !== undefined ? "" : `column "${column}": `}${reason}`;
}

/** `animals.csv:7`; in a folder of classes `photos/cat/7.png`. */
export function placeText({ file, row, path }: Pick<DataProblem, "file" | "row" | "path">): string {
  return path ?? `${file}:${row}`;
}
